import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { SettledHours } from '../../src/api/webhooks/settled-hours.ts';
import { HOUR_MS } from '../../src/store/webhook-health.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, fillLog, insertWebhook } from '../kit/delivery-log.ts';
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

  test('counts an hour again as long as something of it is pending', async () => {
    const { no } = await api.makeTenantWithKey('late');
    const webhookId = await insertWebhook(pool(), no);
    const hours = new SettledHours(api.database);
    const hourMs = present - 5 * HOUR_MS;
    const filling = { tenantNo: no, webhookId, type: 'lead.captured', status: 1 };
    await fillLog(pool(), { ...filling, count: 2, fromMs: hourMs, toMs: hourMs + HOUR_MS });
    const count = async () => {
      const rows = await hours.count(no, [hourMs, present], now);
      return rows.reduce((sum, { success }) => sum + success, 0);
    };
    // A delivery of that hour waits for its receiver.
    await pool().query(
      `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
       values ($1, now() + interval '1 hour', sydx.id_at(to_timestamp($2)) + 1, $3, 1, 2, 0)`,
      [webhookId, hourMs / 1000 + 60, no],
    );
    expect(await count()).toBe(2);
    const later = { fromMs: hourMs + 60_000, toMs: hourMs + 60_001 };
    await fillLog(pool(), { ...filling, ...later, count: 1 });
    expect(await count()).toBe(3);
    await pool().query('delete from sydx.queue where tenant_no = $1', [no]);
    expect(await count()).toBe(3);
    // Settled: what nothing can change any more is not read again.
    await pool().query('delete from sydx.deliveries where tenant_no = $1', [no]);
    expect(await count()).toBe(3);
  });
});
