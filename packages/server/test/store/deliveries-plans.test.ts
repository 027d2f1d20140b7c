import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type DeliveryFilter, deliveriesPage } from '../../src/store/deliveries.ts';
import { idRange } from '../../src/store/id-range.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  createPartitionsSince,
  fillLog,
  insertTenant,
  insertWebhook,
} from '../kit/delivery-log.ts';

const DAY_MS = 86_400_000;

let testDatabase: TestDatabase;
let database: Database;
let tenantNo: number;
let busy: string;
let quiet: string;
let anEvent: string;

const now = Date.now();
const from = now - 3 * DAY_MS;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  const pool = database.general;
  await createPartitionsSince(pool, from);
  tenantNo = await insertTenant(pool, 'big');
  busy = await insertWebhook(pool, tenantNo);
  quiet = await insertWebhook(pool, tenantNo);
  const other = await insertTenant(pool, 'other');
  const others = await insertWebhook(pool, other);
  const fill = { tenantNo, webhookId: busy, type: 'message.sent', fromMs: from, toMs: now };
  await fillLog(pool, { ...fill, count: 60_000, status: 1 });
  await fillLog(pool, { ...fill, type: 'contact.created', count: 20_000, status: 1 });
  await fillLog(pool, { ...fill, webhookId: quiet, count: 1_000, status: 1 });
  await fillLog(pool, { ...fill, count: 200, status: 2 });
  await fillLog(pool, { ...fill, webhookId: quiet, count: 100, status: 3 });
  await fillLog(pool, { ...fill, tenantNo: other, webhookId: others, count: 60_000, status: 1 });
  const { rows } = await pool.query<{ event_id: string }>(
    'select event_id from sydx.deliveries where tenant_no = $1 order by id limit 1 offset 30000',
    [tenantNo],
  );
  anEvent = rows[0]?.event_id ?? '';
  await pool.query('analyze');
}, 120_000);

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

async function planOf(filter: Partial<DeliveryFilter>): Promise<Plan[]> {
  const range = idRange(undefined, undefined);
  const { text, values } = deliveriesPage({ tenantNo, range, limit: 51, ...filter });
  const { rows } = await database.general.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `explain (analyze, format json) ${text}`,
    values,
  );
  const nodes: Plan[] = [];
  const walk = (node: Plan): void => {
    nodes.push(node);
    for (const child of node.Plans ?? []) walk(child);
  };
  for (const { Plan: root } of rows[0]?.['QUERY PLAN'] ?? []) walk(root);
  return nodes;
}

/** Rows of the log that the database touched for a page. */
function rowsRead(nodes: readonly Plan[]): number {
  let sum = 0;
  for (const node of nodes) {
    if (node['Relation Name']?.startsWith('deliveries_') !== true) continue;
    sum += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  }
  return sum;
}

describe('a page of a filled log reads about a page, whatever the filter', () => {
  const cases: [string, () => Partial<DeliveryFilter>][] = [
    ['none', () => ({})],
    ['a busy webhook', () => ({ webhookId: busy })],
    ['a quiet webhook', () => ({ webhookId: quiet })],
    ['what failed', () => ({ status: 'failed' })],
    ['what was cancelled', () => ({ status: 'cancelled' })],
    ['what succeeded', () => ({ status: 'success' })],
    ['what is pending', () => ({ status: 'pending' })],
    ['nothing failed at a quiet webhook', () => ({ webhookId: quiet, status: 'failed' })],
    ['few failed at a busy webhook', () => ({ webhookId: busy, status: 'failed' })],
    ['pending of a webhook', () => ({ webhookId: quiet, status: 'pending' })],
    ['an event type', () => ({ type: 'contact.created' })],
    ['an event type that failed', () => ({ type: 'message.sent', status: 'failed' })],
    ['an event', () => ({ eventId: anEvent })],
    ['an event at another webhook', () => ({ eventId: anEvent, webhookId: quiet })],
    ['a day', () => ({ range: idRange(now - 2 * DAY_MS, now - DAY_MS) })],
    ['a day of a webhook', () => ({ webhookId: quiet, range: idRange(from, from + DAY_MS) })],
  ];
  test.each(cases)('%s', async (_name, filter) => {
    const nodes = await planOf(filter());
    // Without an index it would be 81,000 and more.
    expect(rowsRead(nodes)).toBeLessThan(1_200);
  });
});
