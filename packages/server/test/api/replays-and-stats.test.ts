import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, fillLog } from '../kit/delivery-log.ts';
import { eventually, makeTenant, makeWebhook } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { type Caller, callerOf, keyOf } from '../kit/caller.ts';

const HOUR_MS = 3_600_000;
const FAILED = 1_200;

let database: TestDatabase;
let api: TestApi;
let call: Caller;
let receiver: Receiver;
let tenantNo: number;
let key: string;
let stranger: string;
let webhookId: string;
const now = Date.now();
const from = new Date(now - 2 * HOUR_MS).toISOString();

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  call = callerOf(api);
  receiver = await startReceiver();
  await createPartitionsSince(api.database.general, now - 2 * HOUR_MS);
  tenantNo = await makeTenant(api.database, 'acme');
  key = await keyOf(api, tenantNo, 'webhooks:admin', 'deliveries:read');
  const strangerNo = await makeTenant(api.database, 'stranger');
  stranger = await keyOf(api, strangerNo, 'webhooks:admin', 'deliveries:read');
  const url = `${receiver.origin}/replay`;
  const { id } = await makeWebhook(api, { tenantNo, url, events: ['message.sent'] });
  webhookId = formatId('whk', id);
  const span = { fromMs: now - HOUR_MS, toMs: now - 60_000 };
  const fill = { tenantNo, webhookId: id, type: 'message.sent', ...span };
  await fillLog(api.database.general, { ...fill, count: FAILED, status: 2 });
  await fillLog(api.database.general, { ...fill, count: 300, status: 1 });
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

test('statistics tell counts, success rate and latency of the last 24 hours', async () => {
  const { status, body } = await call(key, 'GET /v1/stats');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    bucket: 'hour',
    pending: 0,
    total: {
      success: 300,
      failed: FAILED,
      cancelled: 0,
      successRate: 0.2,
      latencyMs: { p50: 100, p95: 100, p99: 100 },
    },
  });
  const sum = body.data.reduce((all: number, one: { failed: number }) => all + one.failed, 0);
  expect(sum).toBe(FAILED);
  const minutes = await call(key, `GET /v1/stats?bucket=minute&webhookId=${webhookId}`);
  expect(minutes.body.data.length).toBeGreaterThan(50);
  const empty = await call(stranger, 'GET /v1/stats');
  expect(empty.body.total).toEqual({
    success: 0,
    failed: 0,
    cancelled: 0,
    successRate: null,
    latencyMs: null,
  });
});

test('statistics in more buckets than a chart can show are refused', async () => {
  const query = 'bucket=minute&from=2026-01-01T00:00:00Z';
  const { status, body } = await call(key, `GET /v1/stats?${query}`);
  expect([status, body.errors[0].pointer]).toEqual([422, '/bucket']);
});

test('statistics of a day before the year 0000 are refused: no answer could write it', async () => {
  const { status, body } = await call(key, 'GET /v1/stats?to=0000-01-01T00:00:00Z');
  expect([status, body.errors[0].pointer]).toEqual([422, '/to']);
});

test('a replay is counted first, sends each failed event once, and shows its progress', async () => {
  const path = `POST /v1/webhooks/${webhookId}/replay`;
  const counted = await call(key, path, { from, dryRun: true });
  expect(counted).toEqual({ status: 200, body: { count: FAILED } });
  expect(receiver.requests).toHaveLength(0);

  const { status, body } = await call(key, path, { from });
  expect(status).toBe(202);
  expect(body.count).toBe(FAILED);
  const again = await call(key, path, { from });
  expect(again.body.count).toBe(0);

  await eventually('all arrive', () => receiver.requests.length >= FAILED, 20_000);
  const ids = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
  expect(receiver.requests).toHaveLength(FAILED);
  expect(ids.size).toBe(FAILED);
  const progress = await call(key, `GET /v1/replays/${body.id}`);
  expect(progress.body).toMatchObject({
    webhookId,
    status: 'failed',
    state: 'finished',
    count: FAILED,
    replayed: FAILED,
  });
  await eventually('nothing is failed any more', async () => {
    const left = await call(key, path, { from, dryRun: true });
    const pending = await call(key, 'GET /v1/stats');
    return left.body.count === 0 && pending.body.pending === 0;
  });

  expect((await call(stranger, `GET /v1/replays/${body.id}`)).status).toBe(404);
  expect((await call(stranger, path, { from })).status).toBe(404);
  expect((await call(stranger, path, { from, dryRun: true })).status).toBe(404);
});

test('a replay of a disabled webhook is 409, an upside-down span 422', async () => {
  const path = `POST /v1/webhooks/${webhookId}/replay`;
  const wrong = await call(key, path, { from, to: '2026-01-01T00:00:00Z' });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid_body']);
  await call(key, `PATCH /v1/webhooks/${webhookId}`, { enabled: false });
  const disabled = await call(key, path, { from });
  expect([disabled.status, disabled.body.code]).toEqual([409, 'webhook_disabled']);
});
