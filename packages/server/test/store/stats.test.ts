import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { idRange } from '../../src/store/id-range.ts';
import { publishEvents } from '../../src/store/publish-events.ts';
import { countPending, readStats } from '../../src/store/stats.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  createPartitionsSince,
  fillLog,
  insertTenant,
  insertWebhook,
} from '../kit/delivery-log.ts';
import { makeEvent } from '../kit/engine.ts';

const HOUR_MS = 3_600_000;

let testDatabase: TestDatabase;
let database: Database;
const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 5 * HOUR_MS;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  await createPartitionsSince(database.general, hour);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test('deliveries are counted by outcome and hour of acceptance, tests left out', async () => {
  const pool = database.general;
  const tenantNo = await insertTenant(pool, 'counted');
  const webhookId = await insertWebhook(pool, tenantNo);
  const other = await insertWebhook(pool, tenantNo);
  const fill = { tenantNo, webhookId, type: 'message.sent', fromMs: hour, toMs: hour + HOUR_MS };
  await fillLog(pool, { ...fill, count: 30, status: 1 });
  await fillLog(pool, { ...fill, count: 10, status: 2 });
  await fillLog(pool, { ...fill, count: 5, status: 3 });
  await fillLog(pool, { ...fill, count: 7, status: 2, type: 'test.ping' });
  await fillLog(pool, { ...fill, webhookId: other, count: 4, status: 1 });
  const later = { fromMs: hour + 2 * HOUR_MS, toMs: hour + 3 * HOUR_MS };
  await fillLog(pool, { ...fill, ...later, count: 1, status: 1 });

  const range = idRange(hour, hour + 4 * HOUR_MS);
  const rows = await readStats(pool, { tenantNo, webhookId, range, bucketMs: HOUR_MS });

  expect(rows).toEqual([
    { start_ms: hour, success: 30, failed: 10, cancelled: 5, latency_ms: [100, 100, 100] },
    {
      start_ms: hour + 2 * HOUR_MS,
      success: 1,
      failed: 0,
      cancelled: 0,
      latency_ms: [100, 100, 100],
    },
    { start_ms: null, success: 31, failed: 10, cancelled: 5, latency_ms: [100, 100, 100] },
  ]);
  const all = await readStats(pool, { tenantNo, range, bucketMs: HOUR_MS });
  expect(all.at(-1)).toMatchObject({ start_ms: null, success: 35 });
});

test('what waits is counted for a tenant and for one webhook', async () => {
  const pool = database.general;
  const tenantNo = await insertTenant(pool, 'waits');
  const first = await insertWebhook(pool, tenantNo, { events: ['message.received'] });
  await insertWebhook(pool, tenantNo, { events: ['message.received'] });
  await publishEvents(pool, [makeEvent(tenantNo, 'waits', 1)], null);

  expect(await countPending(pool, tenantNo, undefined)).toBe(2);
  expect(await countPending(pool, tenantNo, first)).toBe(1);
});
