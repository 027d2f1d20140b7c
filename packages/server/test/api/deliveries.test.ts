import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant, makeWebhook, type TestWebhook } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { type Caller, callerOf, keyOf } from '../kit/caller.ts';

let database: TestDatabase;
let api: TestApi;
let call: Caller;
let receiver: Receiver;
let answer = { status: 200, body: Buffer.from('{"received":true}') };
let tenants = 0;
let tenantNo: number;
let webhook: TestWebhook;
let webhookId: string;
let key: string;
let reader: string;
let stranger: string;

const event = {
  type: 'message.received',
  data: { contact: '919876543210', body: 'Hello', type: 'text' },
};

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, { retryScheduleSeconds: [0.2, 600] });
  call = callerOf(api);
  receiver = await startReceiver((_request, response) => {
    response.setHeader('X-Two', ['a', 'b']);
    response.statusCode = answer.status;
    response.end(answer.body);
  });
  const strangerNo = await makeTenant(api.database, 'stranger');
  stranger = await keyOf(api, strangerNo, 'events:write', 'deliveries:read', 'webhooks:admin');
});

beforeEach(async () => {
  answer = { status: 200, body: Buffer.from('{"received":true}') };
  tenants += 1;
  tenantNo = await makeTenant(api.database, `tenant-${tenants}`);
  const url = `${receiver.origin}/hooks/a-path-that-is-a-password`;
  webhook = await makeWebhook(api, { tenantNo, url, events: ['message.received'] });
  webhookId = formatId('whk', webhook.id);
  key = await keyOf(api, tenantNo, 'events:write', 'webhooks:admin', 'deliveries:read');
  reader = await keyOf(api, tenantNo, 'deliveries:read');
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

/** Publishes, and waits until the delivery is as it should be. */
async function deliver(holds: (delivery: { status: string; attemptCount: number }) => boolean) {
  const { body } = await call(key, 'POST /v1/events', event);
  const eventId: string = body.id;
  let id = '';
  await eventually('the delivery comes so far', async () => {
    const page = await call(key, `GET /v1/deliveries?eventId=${eventId}`);
    const [delivery] = page.body.data;
    if (delivery === undefined || !holds(delivery)) return false;
    id = delivery.id;
    return true;
  });
  return { id, eventId };
}

const succeeded = ({ status }: { status: string }) => status === 'success';

describe('GET /v1/deliveries/{id}', () => {
  test('shows the exact body, the request headers with cut signatures, and the response', async () => {
    const { id, eventId } = await deliver(succeeded);
    const { status, body } = await call(key, `GET /v1/deliveries/${id}`);
    expect(status).toBe(200);
    const request = receiver.requests.at(-1);
    const signature = createHmac('sha256', webhook.secret)
      .update(body.payload as string)
      .digest('hex');
    expect(body.payload).toBe(request?.body.toString());
    expect(body.request.headers).toMatchObject({
      'Content-Type': 'application/json',
      'User-Agent': 'SydxAI-Webhook/1.0',
      'X-Sydx-Event': 'message.received',
      'X-Sydx-Timestamp': request?.headers['x-sydx-timestamp'],
      'X-Sydx-Signature': `${signature.slice(0, 8)}…`,
      'X-Sydx-Delivery': id,
      'X-Sydx-Attempt': '1',
      'webhook-id': eventId,
      'webhook-timestamp': request?.headers['webhook-timestamp'],
      'webhook-signature': `${String(request?.headers['webhook-signature']).slice(0, 11)}…`,
    });
    expect(body).toMatchObject({
      eventId,
      webhookId,
      webhookName: 'test',
      status: 'success',
      attemptCount: 1,
      statusCode: 200,
      error: null,
      nextAttemptAt: null,
      attempts: [
        {
          number: 1,
          statusCode: 200,
          error: null,
          response: { headers: { 'x-two': 'a, b' }, body: '{"received":true}', truncated: false },
        },
      ],
    });
  });

  test('works while the delivery waits for a retry, with every attempt so far', async () => {
    answer = { status: 503, body: Buffer.from([0x00, 0xff, 0x41]) };
    const { id } = await deliver(({ attemptCount }) => attemptCount === 2);
    const { body } = await call(key, `GET /v1/deliveries/${id}`);
    expect(body).toMatchObject({
      status: 'pending',
      attemptCount: 2,
      statusCode: 503,
      error: { code: 'status_5xx', message: expect.stringContaining('server logs') as string },
      nextAttemptAt: expect.stringMatching(/Z$/) as string,
      finishedAt: null,
      attempts: [
        { number: 1, statusCode: 503, response: { body: '\u0000\ufffdA' } },
        { number: 2, statusCode: 503 },
      ],
    });
    expect(body.request.headers['X-Sydx-Attempt']).toBe('2');
  });

  test('a long response is cut without half a character, and says so', async () => {
    answer = { status: 200, body: Buffer.from(`x${'é'.repeat(10_000)}`) };
    const { id } = await deliver(succeeded);
    const { body } = await call(key, `GET /v1/deliveries/${id}`);
    const { response } = body.attempts[0];
    expect(response.truncated).toBe(true);
    expect(response.body).toBe(`x${'é'.repeat(4095)}`);
  });

  test('a key that may only read sees the URL masked', async () => {
    const { id } = await deliver(succeeded);
    const admin = await call(key, `GET /v1/deliveries/${id}`);
    expect(admin.body.request.url).toContain('a-path-that-is');
    const masked = await call(reader, `GET /v1/deliveries/${id}`);
    expect(masked.status).toBe(200);
    expect(JSON.stringify(masked.body)).not.toContain('a-path-that-is');
  });

  test('is 404 to another tenant, as are filters by its ids', async () => {
    const { id, eventId } = await deliver(succeeded);
    for (const request of [
      `GET /v1/deliveries/${id}`,
      `POST /v1/deliveries/${id}/redeliver`,
      `GET /v1/deliveries?webhookId=${webhookId}`,
      `GET /v1/deliveries?eventId=${eventId}`,
      `GET /v1/stats?webhookId=${webhookId}`,
      'GET /v1/deliveries/dlv_nonsense',
    ]) {
      expect([request, (await call(stranger, request)).status]).toEqual([request, 404]);
    }
    expect((await call(stranger, 'GET /v1/deliveries')).body.data).toEqual([]);
  });
});

describe('GET /v1/deliveries', () => {
  test('filters by webhook, event, type, status and time, alone and together', async () => {
    const { id, eventId } = await deliver(succeeded);
    answer = { status: 500, body: Buffer.from('') };
    const waiting = await deliver(({ attemptCount }) => attemptCount === 2);
    const list = async (query: string) => {
      const { body } = await call(reader, `GET /v1/deliveries?${query}`);
      return body.data.map((delivery: { id: string }) => delivery.id);
    };
    expect(await list('')).toEqual([waiting.id, id]);
    expect(await list('status=success')).toEqual([id]);
    expect(await list('status=pending')).toEqual([waiting.id]);
    expect(await list('status=failed')).toEqual([]);
    expect(await list('event=message.received')).toEqual([waiting.id, id]);
    expect(await list('event=message.sent')).toEqual([]);
    expect(await list(`webhookId=${webhookId}&status=pending&event=message.received`)).toEqual([
      waiting.id,
    ]);
    expect(await list(`eventId=${eventId}&webhookId=${webhookId}&status=success`)).toEqual([id]);
    expect(await list(`eventId=${eventId}&status=pending`)).toEqual([]);
    expect(await list('to=2026-01-01T00:00:00Z')).toEqual([]);
    expect(await list('from=2026-01-01T00:00:00Z&limit=1')).toEqual([waiting.id]);
    const wrong = await call(reader, 'GET /v1/deliveries?status=lost');
    expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid_query']);
    const bad = await call(reader, 'GET /v1/deliveries?cursor=%00');
    expect([bad.status, bad.body.code]).toEqual([422, 'invalid_cursor']);
  });
});

describe('POST /v1/deliveries/{id}/redeliver', () => {
  test('makes a new delivery of the same event, which its event lists as well', async () => {
    const { id, eventId } = await deliver(succeeded);
    const sentBefore = receiver.requests.length;
    const { status, body } = await call(key, `POST /v1/deliveries/${id}/redeliver`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ eventId, webhookId, event: 'message.received' });
    expect(body.id > id).toBe(true);
    await eventually('it arrives', () => receiver.requests.length === sentBefore + 1);
    expect(receiver.requests.at(-1)?.headers['webhook-id']).toBe(eventId);
    await eventually('it is logged', async () => {
      const { body: read } = await call(key, `GET /v1/events/${eventId}`);
      return (
        read.deliveries.length === 2 &&
        read.deliveries.every(succeeded) &&
        read.deliveries[1].id === body.id
      );
    });
    const ofEvent = await call(key, `GET /v1/deliveries?eventId=${eventId}`);
    expect(ofEvent.body.data.map((delivery: { id: string }) => delivery.id)).toEqual([body.id, id]);
  });

  test('is 409 while the delivery is pending', async () => {
    answer = { status: 500, body: Buffer.from('') };
    const { id } = await deliver(({ attemptCount }) => attemptCount === 2);
    const { status, body } = await call(key, `POST /v1/deliveries/${id}/redeliver`);
    expect([status, body.code]).toEqual([409, 'delivery_pending']);
  });

  test('is 409 while the webhook is disabled, 404 once it is deleted, 410 without the event', async () => {
    const { id, eventId } = await deliver(succeeded);
    const redeliver = async () => {
      const { status, body } = await call(key, `POST /v1/deliveries/${id}/redeliver`);
      return [status, body.code];
    };
    await call(key, `PATCH /v1/webhooks/${webhookId}`, { enabled: false });
    expect(await redeliver()).toEqual([409, 'webhook_disabled']);
    await call(key, `PATCH /v1/webhooks/${webhookId}`, { enabled: true });
    await api.database.general.query('delete from sydx.events where tenant_no = $1', [tenantNo]);
    expect(await redeliver()).toEqual([410, 'event_expired']);
    await call(key, `DELETE /v1/webhooks/${webhookId}`);
    expect(await redeliver()).toEqual([404, 'not_found']);
    const { body } = await call(key, `GET /v1/deliveries/${id}`);
    expect(body).toMatchObject({ eventId, payload: null, webhookName: 'test' });
  });

  test('a test is not redelivered but pressed again', async () => {
    const tested = await call(key, `POST /v1/webhooks/${webhookId}/test`);
    expect(tested.status).toBe(200);
    const { status, body } = await call(key, `POST /v1/deliveries/${tested.body.id}/redeliver`);
    expect([status, body.code]).toEqual([409, 'test_not_redelivered']);
  });

  test('needs an admin key', async () => {
    const { id } = await deliver(succeeded);
    expect((await call(reader, `POST /v1/deliveries/${id}/redeliver`)).status).toBe(403);
  });
});
