import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { rollUpNext } from '../../src/store/roll-ups.ts';
import { HOUR_MS } from '../../src/store/rolled-hours.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, fillLog, insertWebhook } from '../kit/delivery-log.ts';
import { eventually } from '../kit/engine.ts';
import { openPortal } from '../kit/people.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };
const now = Date.now();
const present = Math.floor(now / HOUR_MS) * HOUR_MS;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
  await createPartitionsSince(api.database.general, now - 26 * HOUR_MS);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

function fill(
  webhookId: string,
  hoursAgo: number,
  count: number,
  status: number,
  type = 'lead.captured',
) {
  const fromMs = present - hoursAgo * HOUR_MS;
  const filling = { tenantNo: acme.no, webhookId, type, count, status };
  return fillLog(api.database.general, { ...filling, fromMs, toMs: fromMs + HOUR_MS });
}

const pool = () => api.database.general;
const read = async (key = acme.key) =>
  (await api.call('GET', '/v1/webhook-health', { key })).body.data;

describe("a webhook's health", () => {
  test('counts 24 hours by hour of acceptance, tests left out, newest webhook first', async () => {
    const busy = await insertWebhook(pool(), acme.no);
    const quiet = await insertWebhook(pool(), acme.no);
    await fill(busy, 24, 9, 1);
    await fill(busy, 23, 6, 1);
    await fill(busy, 2, 3, 2);
    await fill(busy, 2, 3, 1);
    await fill(busy, 1, 4, 3);
    await fill(busy, 1, 5, 2, 'test.ping');

    const [first, second, ...more] = await read();

    expect(more).toEqual([]);
    expect(first).toMatchObject({
      webhookId: formatId('whk', quiet),
      total: 0,
      successRate: null,
      lastDelivery: null,
    });
    expect(second).toMatchObject({
      webhookId: formatId('whk', busy),
      total: 12,
      success: 9,
      failed: 3,
      successRate: 0.75,
      lastDelivery: { status: 'cancelled', statusCode: null, error: 'webhook_disabled' },
    });
    const { buckets } = second;
    expect(buckets).toHaveLength(24);
    expect(buckets[0]).toEqual({
      from: new Date(present - 23 * HOUR_MS).toISOString(),
      success: 6,
      failed: 0,
    });
    expect(buckets[21]).toMatchObject({ success: 3, failed: 3 });
    expect(buckets[23].from).toBe(new Date(present).toISOString());
    expect(await read(await openPortal(api, acme.key))).toEqual([first, second]);
  });

  test('is the same when its hours are rolled up', async () => {
    const { no, key } = await api.makeTenantWithKey('rolled');
    const webhookId = await insertWebhook(pool(), no);
    const filling = { tenantNo: no, webhookId, type: 'lead.captured', status: 1 };
    for (const hoursAgo of [0, 1, 5, 23, 24]) {
      const fromMs = present - hoursAgo * HOUR_MS;
      await fillLog(pool(), { ...filling, count: 2 + hoursAgo, fromMs, toMs: fromMs + HOUR_MS });
    }
    const counted = await read(key);
    expect(counted[0]).toMatchObject({ total: 2 + 3 + 7 + 25, success: 2 + 3 + 7 + 25 });
    await eventually('its hours are rolled up', async () => {
      while ((await rollUpNext(pool(), 30)) === 'rolled');
      const { rowCount } = await pool().query('select from sydx.roll_ups where webhook_id = $1', [
        webhookId,
      ]);
      return (rowCount ?? 0) >= 3;
    });
    expect(await read(key)).toEqual(counted);
  });
});
