import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import {
  type DeliveryFilter,
  type DeliveryRow,
  listDeliveries,
  searchDeliveries,
} from '../../src/store/deliveries.ts';
import { listEvents } from '../../src/store/events.ts';
import { idRange } from '../../src/store/id-range.ts';
import { publishEvents } from '../../src/store/publish-events.ts';
import { type Found, NEAR } from '../../src/store/search-bound.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  createPartitionsSince,
  fillLog,
  insertTenant,
  insertWebhook,
} from '../kit/delivery-log.ts';
import { makeEvent } from '../kit/engine.ts';

const DAY_MS = 86_400_000;
const now = Date.now();
const from = now - 2 * DAY_MS;
const RARE = 'lead.captured';
const NOWHERE = 'flow.completed';

let testDatabase: TestDatabase;
let database: Database;
let tenantNo: number;
let busy: string;
let quiet: string;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  const pool = database.general;
  await createPartitionsSince(pool, from);
  tenantNo = await insertTenant(pool, 'searched');
  busy = await insertWebhook(pool, tenantNo, { events: ['message.received'] });
  quiet = await insertWebhook(pool, tenantNo);
  const other = await insertTenant(pool, 'other');
  const others = await insertWebhook(pool, other);
  const fill = { tenantNo, fromMs: from, toMs: now };
  const common = { ...fill, type: 'message.received' };
  const rare = { ...fill, type: RARE };
  for (const status of [1, 2, 3]) {
    await fillLog(pool, { ...common, webhookId: busy, count: 900, status });
    await fillLog(pool, { ...common, webhookId: quiet, count: 50, status });
    await fillLog(pool, { ...rare, webhookId: busy, count: 7, status });
    await fillLog(pool, { ...rare, webhookId: quiet, count: 5, status });
  }
  await fillLog(pool, { ...rare, tenantNo: other, webhookId: others, count: 500, status: 1 });
  // Pending ones of both types, newer than all.
  await publishEvents(
    pool,
    Array.from({ length: 30 }, (_, n) => makeEvent(tenantNo, 'searched', n)),
    null,
  );
}, 60_000);

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const filters: [string, () => Partial<DeliveryFilter>][] = [
  ['a rare type', () => ({ type: RARE })],
  ['a common type', () => ({ type: 'message.received' })],
  ['a type that is nowhere', () => ({ type: NOWHERE })],
  ['a rare type at a webhook', () => ({ type: RARE, webhookId: quiet })],
  ['a rare type that failed', () => ({ type: RARE, status: 'failed' })],
  ['a rare type that was cancelled', () => ({ type: RARE, status: 'cancelled' })],
  ['what was cancelled', () => ({ status: 'cancelled' })],
  ['what failed at a webhook', () => ({ status: 'failed', webhookId: quiet })],
  ['a rare type that succeeded', () => ({ type: RARE, status: 'success' })],
  [
    'a rare type that failed at a webhook',
    () => ({ type: RARE, status: 'failed', webhookId: busy }),
  ],
  ['a rare type of a day', () => ({ type: RARE, range: idRange(from, from + DAY_MS) })],
  ['a common type that is pending', () => ({ type: 'message.received', status: 'pending' })],
];

/** Follows pages as the API does. */
async function followed(
  filter: Partial<DeliveryFilter>,
  farthest: number,
  between: () => Promise<unknown> = async () => {},
): Promise<{ ids: string[]; pages: Found<DeliveryRow>[] }> {
  const limit = 10;
  const pages: Found<DeliveryRow>[] = [];
  const ids: string[] = [];
  let range = filter.range ?? idRange(undefined, undefined);
  for (;;) {
    const page = await searchDeliveries(
      database.general,
      { tenantNo, ...filter, range, limit: limit + 1 },
      farthest,
    );
    pages.push(page);
    const shown = page.rows.slice(0, limit).map(({ id }) => id);
    ids.push(...shown);
    const goOn = page.rows.length > limit ? shown.at(-1) : page.searchedTo;
    if (goOn == null) return { ids, pages };
    range = { low: range.low, high: goOn };
    await between();
  }
}

test.each(filters)(
  '%s: pages that stop early hold what one without a bound does',
  async (_, of) => {
    const filter = of();
    const range = filter.range ?? idRange(undefined, undefined);
    const whole = await listDeliveries(database.general, {
      tenantNo,
      ...filter,
      range,
      limit: 100_000,
    });
    for (const farthest of [1, 13, 100, 1_000_000]) {
      // One at a time takes thousands of pages: it is tried where there is little to look at.
      if (farthest === 1 && filter.status !== 'failed') continue;
      const { ids } = await followed(filter, farthest);
      expect(ids).toEqual(whole.map(({ id }) => id));
    }
  },
);

test('what arrives meanwhile neither repeats nor hides anything', async () => {
  const range = idRange(undefined, undefined);
  const filter = { tenantNo, type: 'message.received', range, limit: 100_000 };
  const before = await listDeliveries(database.general, filter);
  const { ids } = await followed({ type: 'message.received' }, 100, async () => {
    await publishEvents(database.general, [makeEvent(tenantNo, 'searched', 'late')], null);
  });
  expect(ids).toEqual(before.map(({ id }) => id));
});

test('a page looks no further than it may, and says where it stopped', async () => {
  const { pages, ids } = await followed({ type: NOWHERE }, 100);
  expect(ids).toEqual([]);
  const { rows } = await database.general.query<{ count: number }>(
    'select count(*)::int as count from sydx.deliveries where tenant_no = $1',
    [tenantNo],
  );
  const stretches = (rows[0]?.count ?? 0) / 100;
  expect(pages.length).toBeGreaterThanOrEqual(Math.floor(stretches));
  expect(pages.length).toBeLessThanOrEqual(Math.ceil(stretches) + 1);
  for (const page of pages.slice(0, -1)) expect(page.searchedTo).not.toBeNull();
  expect(pages.at(-1)?.searchedTo).toBeNull();
});

test('what is common is read without looking far', async () => {
  const { general } = database;
  const range = idRange(undefined, undefined);
  const { rows: log } = await general.query<{ id: string }>(
    'select id from sydx.deliveries where tenant_no = $1 order by id desc',
    [tenantNo],
  );
  expect(log.length).toBeGreaterThan(NEAR);
  const common = { tenantNo, type: 'message.received', range, limit: 51 };
  const found = await searchDeliveries(general, common);
  expect(found.rows).toHaveLength(51);
  expect(found.searchedTo).toBe(log[NEAR - 1]?.id);
  expect((await searchDeliveries(general, { ...common, type: RARE })).searchedTo).toBeNull();
});

test('without something to skip nothing stops early', async () => {
  const range = idRange(undefined, undefined);
  const limit = 20;
  const found = await searchDeliveries(database.general, { tenantNo, range, limit }, 5);
  expect(found.rows).toHaveLength(20);
  expect(found.searchedTo).toBeNull();
});

test('events of a type are searched in the same way', async () => {
  const range = idRange(undefined, undefined);
  const filter = { tenantNo, type: RARE, range, limit: 100_000 };
  const whole = await listEvents(database.general, filter);
  expect(whole.rows).toHaveLength(36);
  expect(whole.searchedTo).toBeNull();
  const found: string[] = [];
  let { high } = range;
  for (;;) {
    const page = await listEvents(
      database.general,
      { ...filter, range: { low: range.low, high } },
      200,
    );
    found.push(...page.rows.map(({ id }) => id));
    if (page.searchedTo === null) break;
    high = page.searchedTo;
  }
  expect(found).toEqual(whole.rows.map(({ id }) => id));
});
