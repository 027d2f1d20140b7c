import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant, makeWebhook } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { type Caller, callerOf, keyOf } from '../kit/caller.ts';

let database: TestDatabase;
let api: TestApi;
let call: Caller;
let receiver: Receiver;
let tenants = 0;
let tenantId: string;
let tenantNo: number;
let key: string;

const data = { contact: '919876543210', name: 'John Doe', body: 'Hello', type: 'text' };
const event = { type: 'message.received', data };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  call = callerOf(api);
  receiver = await startReceiver();
});

beforeEach(async () => {
  tenants += 1;
  tenantId = `tenant-${tenants}`;
  tenantNo = await makeTenant(api.database, tenantId);
  key = await keyOf(api, tenantNo, 'events:write', 'deliveries:read', 'webhooks:admin');
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

async function bodiesStored(): Promise<string[]> {
  const { rows } = await api.database.general.query<{ body: string }>(
    'select body from sydx.events where tenant_no = $1 order by id',
    [tenantNo],
  );
  return rows.map(({ body }) => body);
}

describe('POST /v1/events', () => {
  test('answers 202 with the id of an event that is stored as the bytes that receivers get', async () => {
    const timestamp = '2026-03-25T13:52:50.254+05:30';
    const { status, body } = await call(key, 'POST /v1/events', { ...event, timestamp });
    expect(status).toBe(202);
    expect(body).toEqual({ id: expect.stringMatching(/^evt_[0-9a-z]{13}$/) });
    expect(await bodiesStored()).toEqual([
      JSON.stringify({
        event: 'message.received',
        timestamp: '2026-03-25T08:22:50.254Z',
        tenantId,
        data,
      }),
    ]);
  });

  test('takes up to 1,000 at once and answers their ids in order', async () => {
    const events = Array.from({ length: 1_000 }, (_, n) => ({
      ...event,
      data: { ...data, body: `${n}` },
    }));
    const { status, body } = await call(key, 'POST /v1/events', { events });
    expect(status).toBe(202);
    expect(body.ids).toHaveLength(1_000);
    const stored = await call(key, `GET /v1/events/${body.ids[7]}`);
    expect(stored.body.data.body).toBe('7');
  });

  test('is all or nothing, and points at the bad field', async () => {
    const events = [event, { type: 'message.received', data: { contact: '+91', type: 'text' } }];
    const { status, body } = await call(key, 'POST /v1/events', { events });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'invalid_data',
      errors: [{ pointer: '/events/1/data/contact' }],
    });
    expect(await bodiesStored()).toEqual([]);
  });

  test.each([
    [{ type: 'nope', data: {} }, 422, 'unknown_event_type'],
    [{ type: 'test.ping', data: { message: 'x' } }, 422, 'unknown_event_type'],
    [{ ...event, extra: 1 }, 422, 'invalid_body'],
    [{ ...event, timestamp: 'yesterday' }, 422, 'invalid_body'],
    [{ events: [] }, 422, 'invalid_body'],
    [[event], 422, 'invalid_body'],
    [{ ...event, data: { ...data, body: 'x'.repeat(97 * 1024) } }, 413, 'delivered_body_too_large'],
  ])('refuses %j', async (body, status, code) => {
    const answer = await call(key, 'POST /v1/events', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await bodiesStored()).toEqual([]);
  });

  test('a body that is missing or no JSON is 400', async () => {
    const headers = { 'content-type': 'application/json' };
    const missing = await call(key, 'POST /v1/events', undefined, headers);
    expect([missing.status, missing.body.code]).toEqual([400, 'malformed_json']);
    const broken = await call(key, 'POST /v1/events', '{"type":', headers);
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed_json']);
  });

  test('a repeated idempotency key answers the first id and adds nothing', async () => {
    const keyed = { ...event, idempotencyKey: 'order-1' };
    const first = await call(key, 'POST /v1/events', keyed);
    const second = await call(key, 'POST /v1/events', keyed);
    expect(second).toEqual(first);
    expect(await bodiesStored()).toHaveLength(1);
  });

  test('the same idempotency key with another content is 409 and points at it', async () => {
    const keyed = { ...event, idempotencyKey: 'order-2' };
    await call(key, 'POST /v1/events', keyed);
    const other = { ...keyed, data: { ...data, body: 'Bye' } };
    const alone = await call(key, 'POST /v1/events', other);
    expect(alone.status).toBe(409);
    expect(alone.body).toMatchObject({
      code: 'idempotency_conflict',
      errors: [{ pointer: '/idempotencyKey' }],
    });
    const batch = await call(key, 'POST /v1/events', { events: [event, other] });
    expect(batch.body.errors).toMatchObject([{ pointer: '/events/1/idempotencyKey' }]);
    expect(await bodiesStored()).toHaveLength(1);
  });

  test('another tenant may use the same idempotency key', async () => {
    const keyed = { ...event, idempotencyKey: 'order-3' };
    const mine = await call(key, 'POST /v1/events', keyed);
    const strangerNo = await makeTenant(api.database, `${tenantId}-stranger`);
    const stranger = await keyOf(api, strangerNo, 'events:write');
    const theirs = await call(stranger, 'POST /v1/events', keyed);
    expect(theirs.status).toBe(202);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  test("an operator's key publishes for the tenant that each event names", async () => {
    const operator = await keyOf(api, null, 'operator');
    const otherId = `${tenantId}-other`;
    await makeTenant(api.database, otherId);
    const events = [
      { ...event, tenantId },
      { ...event, tenantId: otherId },
    ];
    const { status, body } = await call(operator, 'POST /v1/events', { events });
    expect(status).toBe(202);
    expect((await call(key, `GET /v1/events/${body.ids[0]}`)).status).toBe(200);
    expect((await call(key, `GET /v1/events/${body.ids[1]}`)).status).toBe(404);

    const unnamed = await call(operator, 'POST /v1/events', { events: [events[0], event] });
    expect(unnamed.status).toBe(422);
    expect(unnamed.body.errors).toMatchObject([{ pointer: '/events/1/tenantId' }]);
    const acting = await call(operator, 'POST /v1/events', event, { 'sydx-tenant': tenantId });
    expect(acting.status).toBe(202);
    const unknown = await call(operator, 'POST /v1/events', { ...event, tenantId: 'nobody' });
    expect(unknown.status).toBe(404);
  });

  test("a tenant's key that names another tenant gets 404, its own name is fine", async () => {
    const named = await call(key, 'POST /v1/events', { ...event, tenantId });
    expect(named.status).toBe(202);
    await makeTenant(api.database, `${tenantId}-else`);
    const other = { ...event, tenantId: `${tenantId}-else` };
    expect((await call(key, 'POST /v1/events', other)).status).toBe(404);
  });

  test('a contact that an event speaks of is known from then on, whatever its name holds', async () => {
    await call(key, 'POST /v1/events', {
      events: [
        { type: 'contact.created', data: { waId: '9111', name: 'A\u0000B', source: 'crm' } },
        {
          type: 'contact.updated',
          data: { contact: '9112', changedFields: ['name'], name: 'Priya' },
        },
        { type: 'contact.created', data: { waId: '9'.repeat(20_000), source: 'crm' } },
      ],
    });
    const { rows } = await api.database.general.query(
      'select identifier, name from sydx.contacts where tenant_no = $1 order by identifier',
      [tenantNo],
    );
    expect(rows).toEqual([
      { identifier: '9111', name: 'AB' },
      { identifier: '9112', name: 'Priya' },
    ]);
  });
});

describe('GET /v1/events', () => {
  test('shows newest first what was accepted and what each led to', async () => {
    const url = `${receiver.origin}/${tenantId}`;
    await makeWebhook(api, { tenantNo, url, events: ['message.received'] });
    const { body: sent } = await call(key, 'POST /v1/events', event);
    const lonely = { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 3 } };
    await call(key, 'POST /v1/events', lonely);
    await eventually('it is delivered', async () => {
      const { body } = await call(key, `GET /v1/events/${sent.id}`);
      return body.deliveries[0]?.status === 'success';
    });

    const { status, body } = await call(key, 'GET /v1/events');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      nextCursor: null,
      data: [
        {
          type: 'campaign.sent',
          deliveries: [],
          note: expect.stringContaining('No enabled webhook') as string,
        },
        {
          id: sent.id,
          type: 'message.received',
          tenantId,
          data,
          note: null,
          deliveries: [{ webhookName: 'test', status: 'success' }],
        },
      ],
    });
    const ofType = await call(key, 'GET /v1/events?type=campaign.sent');
    expect(ofType.body.data).toHaveLength(1);
    const past = await call(key, 'GET /v1/events?to=2026-01-01T00:00:00Z');
    expect(past.body.data).toEqual([]);
    const far = await call(key, 'GET /v1/events?to=9999-01-01T00:00:00Z');
    expect(far.body.data).toHaveLength(2);
  });

  test('pages follow each other without a gap, and a cursor that is none is refused', async () => {
    const events = Array.from({ length: 25 }, () => event);
    const { body: sent } = await call(key, 'POST /v1/events', { events });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await call(key, `GET /v1/events?limit=10${cursor}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
      await call(key, 'POST /v1/events', event);
    }
    expect(seen).toEqual(sent.ids.toReversed());
    const bad = await call(key, 'GET /v1/events?cursor=nonsense');
    expect([bad.status, bad.body.code]).toEqual([422, 'invalid_cursor']);
  });

  test("another tenant's event is 404", async () => {
    const { body } = await call(key, 'POST /v1/events', event);
    const strangerNo = await makeTenant(api.database, `${tenantId}-stranger`);
    const stranger = await keyOf(api, strangerNo, 'deliveries:read');
    expect((await call(stranger, `GET /v1/events/${body.id}`)).status).toBe(404);
    expect((await call(stranger, 'GET /v1/events')).body.data).toEqual([]);
    const writer = await keyOf(api, tenantNo, 'events:write');
    expect((await call(writer, 'GET /v1/events')).status).toBe(403);
  });
});

test('publishing waits for nobody who keeps every connection of the pages busy', async () => {
  const { general } = api.database;
  // One of them listens for wake-ups all the time.
  const places = Array.from({ length: general.options.max - 1 }, () => general.connect());
  const held = await Promise.all(places);
  try {
    // A key that nobody used yet, so that it has to be looked up.
    expect((await call(key, 'POST /v1/events', event)).status).toBe(202);
  } finally {
    for (const client of held) client.release();
  }
});
