import { EVENT_TYPES, EVENTS, LIMITS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let api: TestApi;
/** Another node on the same database. */
let other: TestApi;
let receiver: Receiver;
let acme: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  other = await startTestApi(database.url);
  receiver = await startReceiver();
  acme = await api.makeTenantWithKey('acme');
});

afterAll(async () => {
  await receiver.close();
  await other.close();
  await api.close();
  await database.drop();
});

const schema = {
  type: 'object',
  required: ['orderId'],
  properties: {
    orderId: { type: 'string', pattern: '^ord_[0-9]+$' },
    total: { type: 'number', minimum: 0 },
  },
};
const sample = { orderId: 'ord_1', total: 19.99 };

const typeNamed = (type: string, more: object = {}) => ({
  type,
  description: 'A customer pays an order',
  schema,
  sample,
  ...more,
});

async function register(type: string, more: object = {}, key = acme.key): Promise<Answer> {
  const answer = await api.call('POST', '/v1/event-types', { key, body: typeNamed(type, more) });
  expect(answer.status, answer.text).toBe(201);
  return answer;
}

async function publish(type: string, data: object, key = acme.key, at = api): Promise<Answer> {
  return at.call('POST', '/v1/events', { key, body: { type, data } });
}

async function subscribe(events: string[], key = acme.key): Promise<Answer> {
  const body = { name: `to ${events.join()}`, url: `${receiver.origin}/hook`, events };
  return api.call('POST', '/v1/webhooks', { key, body });
}

const patch = (type: string, body: object, key = acme.key) =>
  api.call('PATCH', `/v1/event-types/${type}`, { key, body });
const remove = (type: string, key = acme.key) =>
  api.call('DELETE', `/v1/event-types/${type}`, { key });
const typesOf = async (key: string): Promise<string[]> =>
  (await api.call('GET', '/v1/event-types?limit=100', { key })).body.data.map(
    (entry: { type: string }) => entry.type,
  );

describe('a registered event type', () => {
  test('appears in the catalogue, can be subscribed to, is judged at publish and delivered', async () => {
    const made = await register('order.paid');
    expect(made.body).toMatchObject({
      type: 'order.paid',
      origin: 'tenant',
      publishable: true,
      subscribable: true,
      schema,
      sample,
    });
    expect(await typesOf(acme.key)).toEqual([...EVENT_TYPES, 'order.paid']);
    const read = await api.call('GET', '/v1/event-types/order.paid', { key: acme.key });
    expect(read.body).toEqual(made.body);

    expect((await subscribe(['order.paid', 'lead.captured'])).status).toBe(201);
    const before = receiver.requests.length;
    const published = await publish('order.paid', { orderId: 'ord_7', more: ['things'] });
    expect(published.status, published.text).toBe(202);
    await eventually('it arrives', () => receiver.requests.length > before);
    const body = JSON.parse(receiver.requests.at(-1)!.body.toString());
    expect(body).toMatchObject({
      event: 'order.paid',
      tenantId: 'acme',
      data: { orderId: 'ord_7', more: ['things'] },
    });
    expect(receiver.requests.at(-1)!.headers['x-sydx-event']).toBe('order.paid');

    const bad = await publish('order.paid', { orderId: '7', total: -1 });
    expect(bad).toMatchObject({ status: 422, body: { code: 'invalid_data' } });
    expect(bad.body.errors).toEqual([
      { pointer: '/data/orderId', detail: 'must match the pattern ^ord_[0-9]+$' },
      { pointer: '/data/total', detail: 'must be at least 0' },
    ]);
    for (const path of ['/v1/events?type=order.paid', '/v1/deliveries?event=order.paid']) {
      const found = await api.call('GET', path, { key: acme.key });
      expect(found.body.data.length, path).toBe(1);
    }
  });

  test('a batch with a misfit or an unknown type is refused as a whole, each named by its place', async () => {
    await register('batch.ok');
    const good = { type: 'batch.ok', data: sample };
    const lead = { type: 'lead.captured', data: EVENTS['lead.captured'].sample };
    const send = (events: object[]) =>
      api.call('POST', '/v1/events', { key: acme.key, body: { events } });
    expect(await send([good, lead, { type: 'batch.none', data: {} }])).toMatchObject({
      status: 422,
      body: { code: 'unknown_event_type', errors: [{ pointer: '/events/2/type' }] },
    });
    expect(await send([lead, { ...good, data: {} }])).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_data',
        errors: [{ pointer: '/events/1/data/orderId', detail: 'is required' }],
      },
    });
    expect((await send([good, lead, good])).body.ids).toHaveLength(3);
  });

  test('works on every node as soon as it is registered', async () => {
    await register('node.news');
    expect((await publish('node.news', sample, acme.key, other)).status).toBe(202);
  });

  test('works within a second on a node that refused its name just before, and at once here', async () => {
    for (const node of [api, other]) {
      const { body } = await publish('early.bird', sample, acme.key, node);
      expect(body.code).toBe('unknown_event_type');
    }
    await register('early.bird');
    expect((await publish('early.bird', sample, acme.key, api)).status).toBe(202);
    await eventually(
      'the other node knows it',
      async () => (await publish('early.bird', sample, acme.key, other)).status === 202,
    );
  });

  test('a changed schema holds here at once and on the others within a second', async () => {
    await register('node.change');
    expect((await publish('node.change', sample, acme.key, other)).status).toBe(202);
    await patch('node.change', { schema: { ...schema, required: ['total'] } });
    const data = { orderId: 'ord_1' };
    expect((await publish('node.change', data)).status).toBe(422);
    await eventually(
      'the other node knows',
      async () => (await publish('node.change', data, acme.key, other)).status === 422,
    );
    expect((await remove('node.change')).status).toBe(204);
    expect((await publish('node.change', sample)).body.code).toBe('unknown_event_type');
    await eventually(
      'the other node has forgotten it',
      async () => (await publish('node.change', sample, acme.key, other)).status === 422,
    );
  });

  test('PATCH of a schema never breaks stored events: they are read, redelivered and replayed as they are', async () => {
    await register('stored.event');
    const webhook = await subscribe(['stored.event']);
    const count = receiver.requests.length;
    const { id } = (await publish('stored.event', { orderId: 'ord_5' })).body;
    await eventually('it arrives', () => receiver.requests.length === count + 1);
    const first = receiver.requests.at(-1)!.body.toString();
    const strict = { type: 'object', required: ['brandNew'], additionalProperties: false };
    const changed = await patch('stored.event', {
      schema: { ...strict, properties: { brandNew: { type: 'integer' } } },
      sample: { brandNew: 1 },
    });
    expect(changed.status, changed.text).toBe(200);
    expect((await publish('stored.event', { orderId: 'ord_5' })).status).toBe(422);

    const event = await api.call('GET', `/v1/events/${id}`, { key: acme.key });
    expect(event.body).toMatchObject({ type: 'stored.event', data: { orderId: 'ord_5' } });
    let delivery = '';
    await eventually('its delivery is recorded', async () => {
      const page = await api.call('GET', `/v1/deliveries?eventId=${id}`, { key: acme.key });
      delivery = page.body.data[0]?.status === 'success' ? page.body.data[0].id : '';
      return delivery !== '';
    });
    const again = await api.call('POST', `/v1/deliveries/${delivery}/redeliver`, { key: acme.key });
    expect(again.status, again.text).toBe(202);
    await eventually('it arrives again', () => receiver.requests.length === count + 2);
    expect(receiver.requests.at(-1)!.body.toString()).toBe(first);
    await eventually('both deliveries are recorded', async () => {
      const page = await api.call('GET', `/v1/deliveries?eventId=${id}`, { key: acme.key });
      const statuses = page.body.data.map(({ status }: { status: string }) => status);
      return statuses.join() === 'success,success';
    });
    const replay = await api.call('POST', `/v1/webhooks/${webhook.body.id}/replay`, {
      key: acme.key,
      body: { from: '2024-01-01T00:00:00Z', status: 'success' },
    });
    expect(replay.status, replay.text).toBe(202);
    await eventually('it is replayed', () => receiver.requests.length === count + 3);
    expect(receiver.requests.at(-1)!.body.toString()).toBe(first);
  });

  test('is deleted only when no webhook subscribes to it, and its events stay', async () => {
    await register('gone.soon');
    const webhook = await subscribe(['gone.soon', 'lead.captured']);
    const { id } = (await publish('gone.soon', sample)).body;
    const path = `/v1/webhooks/${webhook.body.id}`;
    await api.call('PATCH', path, { key: acme.key, body: { enabled: false } });
    const refused = await remove('gone.soon');
    expect(refused).toMatchObject({ status: 409, body: { code: 'event_type_in_use' } });
    expect(refused.body.detail).toContain('“to gone.soon,lead.captured”');
    await api.call('PATCH', path, { key: acme.key, body: { events: ['lead.captured'] } });
    expect((await remove('gone.soon')).status).toBe(204);
    expect((await remove('gone.soon')).status).toBe(404);
    const event = await api.call('GET', `/v1/events/${id}`, { key: acme.key });
    expect(event.body.type).toBe('gone.soon');
    expect((await subscribe(['gone.soon'])).body.errors).toEqual([
      { pointer: '/events/0', detail: 'is not an event type of GET /v1/event-types' },
    ]);
  });

  test('a webhook that subscribes while it is deleted finds it, or is refused: never in between', async () => {
    for (let round = 0; round < 5; round += 1) {
      const type = `race.r${round}`;
      await register(type);
      const [made, gone] = await Promise.all([subscribe([type]), remove(type)]);
      expect([`${made.status} ${gone.status}`]).toEqual(
        made.status === 201 ? ['201 409'] : ['422 204'],
      );
    }
  });
});

describe('what can be registered', () => {
  test.each(EVENT_TYPES)("the nine and the product's own can't be shadowed: %s", async (type) => {
    const answer = await api.call('POST', '/v1/event-types', {
      key: acme.key,
      body: typeNamed(type),
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/type' });
    expect(answer.body.errors[0].detail).toContain('is built in');
    expect((await patch(type, { description: 'x' })).body.code).toBe('event_type_fixed');
    expect((await remove(type)).body.code).toBe('event_type_fixed');
    const read = await api.call('GET', `/v1/event-types/${type}`, { key: acme.key });
    expect(read.body).toMatchObject({ type, origin: 'product', createdAt: null });
  });

  test.each([
    ['a reserved name', typeNamed('webhook.exploded'), '/type', 'reserved'],
    ['no dot', typeNamed('orderpaid'), '/type', 'with a dot'],
    ['65 characters', typeNamed(`a.${'b'.repeat(63)}`), '/type', 'at most 64'],
    ['no description', typeNamed('a.b', { description: ' ' }), '/description', 'empty'],
    ['a schema that is a list', typeNamed('a.b', { schema: [] }), '/schema', 'an object'],
    [
      'a remote $ref',
      typeNamed('a.b', { schema: { $ref: 'http://169.254.169.254/latest' } }),
      '/schema/$ref',
      'nothing is fetched',
    ],
    [
      'a pattern that looks ahead',
      typeNamed('a.b', { schema: { properties: { x: { pattern: '(?=a)b' } } } }),
      '/schema/properties/x/pattern',
      'linear time',
    ],
    ['an unknown keyword', typeNamed('a.b', { schema: { typ: 1 } }), '/schema/typ', 'keyword'],
    ['a sample that misfits', typeNamed('a.b', { sample: {} }), '/sample/orderId', 'required'],
    [
      'a large sample',
      typeNamed('a.b', { sample: { orderId: 'ord_1', x: 'x'.repeat(9_000) } }),
      '/sample',
      '8 KiB',
    ],
    [
      'a large schema',
      typeNamed('a.b', { schema: { title: 'x'.repeat(33_000) } }),
      '/schema',
      '32 KiB',
    ],
    ['an unknown field', typeNamed('a.b', { version: 1 }), '/version', 'not a field'],
  ])('refuses %s, and says where', async (_what, body, pointer, words) => {
    const answer = await api.call('POST', '/v1/event-types', { key: acme.key, body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
    expect(answer.body.errors[0].pointer).toBe(pointer);
    expect(answer.body.errors[0].detail).toContain(words);
  });

  test('a sample is as deep as data can be, and no deeper', async () => {
    const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
    const deep = { schema: {}, sample: nested(LIMITS.deliveredDepth - 1) };
    await register('deep.sample', deep);
    expect((await publish('deep.sample', deep.sample)).status).toBe(202);
    expect((await publish('deep.sample', { a: deep.sample })).body.code).toBe('too_deep');
    const deeper = await patch('deep.sample', { sample: { a: deep.sample } });
    expect(deeper.body.errors).toEqual([
      { pointer: '/sample', detail: 'is nested too deeply to be delivered' },
    ]);
  });

  test('takes any text that JSON can hold, as it stands', async () => {
    const odd = { enum: ['\0', '\u202e', '😀'], title: 'a\0b', 'x-note': '\u001b[31m' };
    const made = await register('odd.text', {
      schema: { properties: { '\0': odd } },
      sample: { '\0': '\0' },
    });
    expect(made.body.schema).toEqual({ properties: { '\0': odd } });
    expect((await publish('odd.text', { '\0': '\0' })).status).toBe(202);
    expect((await publish('odd.text', { '\0': 'x' })).body.errors[0].pointer).toBe('/data/\0');
    expect((await patch('odd.text', { sample: { '\0': '😀' } })).status).toBe(200);
    expect((await remove('odd.text')).status).toBe(204);
  });

  test('the same name twice is 409; a PATCH that says nothing or misfits is refused', async () => {
    await register('twice.registered');
    const again = await api.call('POST', '/v1/event-types', {
      key: acme.key,
      body: typeNamed('twice.registered'),
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await patch('twice.registered', {})).body.code).toBe('invalid_body');
    const misfit = await patch('twice.registered', { schema: { required: ['other'] } });
    expect(misfit.body.errors).toEqual([{ pointer: '/sample/other', detail: 'is required' }]);
    expect((await patch('never.registered', { description: 'x' })).status).toBe(404);
    const changed = await patch('twice.registered', { description: 'Another' });
    expect(changed.body).toMatchObject({ description: 'Another', schema, sample });
  });

  test('a tenant registers 100 at most, however many requests come at once', async () => {
    const crowded = await api.makeTenantWithKey('crowded');
    const most = LIMITS.eventTypesPerTenant;
    await api.database.general.query(
      `insert into sydx.event_types (tenant_no, type, description, schema, sample)
       select $1, 'made.t' || n, 'made', '{}', '{}' from generate_series(1, $2) as n`,
      [crowded.no, most - 2],
    );
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        api.call('POST', '/v1/event-types', { key: crowded.key, body: typeNamed(`late.t${n}`) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.every(({ body }) => body.code === 'event_type_limit')).toBe(true);
    const pages: string[] = [];
    let cursor = '';
    do {
      const path = `/v1/event-types?limit=30${cursor}`;
      const page = await api.call('GET', path, { key: crowded.key });
      pages.push(...page.body.data.map(({ type }: { type: string }) => type));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(new Set(pages).size).toBe(EVENT_TYPES.length + most);
    expect(pages).toHaveLength(EVENT_TYPES.length + most);
  });
});

test('a schema that means harm costs a bounded number of steps: 422, and the next event is judged', async () => {
  const evil = {
    properties: { text: { type: 'string', pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' } },
  };
  await register('evil.pattern', { schema: evil, sample: {} });
  const slow = await publish('evil.pattern', { text: 'a'.repeat(90_000) });
  expect(slow).toMatchObject({ status: 422, body: { code: 'invalid_data' } });
  expect(slow.body.errors[0].detail).toMatch(/must match the pattern|takes more than 500000 steps/);
  expect((await publish('evil.pattern', { text: 'ab Cd' })).status).toBe(202);
});
