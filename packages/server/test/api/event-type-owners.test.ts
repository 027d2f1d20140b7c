import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };
let stranger: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
  stranger = await api.makeTenantWithKey('stranger');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const sample = { orderId: 'ord_1' };

const typeNamed = (type: string, more: object = {}) => ({
  type,
  description: 'A customer pays an order',
  schema: { type: 'object', required: ['orderId'] },
  sample,
  ...more,
});

async function register(type: string, more: object = {}, key = acme.key): Promise<Answer> {
  const answer = await api.call('POST', '/v1/event-types', { key, body: typeNamed(type, more) });
  expect(answer.status, answer.text).toBe(201);
  return answer;
}

const publish = (type: string, data: object, key = acme.key) =>
  api.call('POST', '/v1/events', { key, body: { type, data } });
const subscribe = (events: string[], key = acme.key) =>
  api.call('POST', '/v1/webhooks', {
    key,
    body: { name: 'x', url: 'http://127.0.0.1:9/', events },
  });
const patch = (type: string, body: object, key = acme.key) =>
  api.call('PATCH', `/v1/event-types/${type}`, { key, body });
const remove = (type: string, key = acme.key) =>
  api.call('DELETE', `/v1/event-types/${type}`, { key });
const typesOf = async (key: string): Promise<string[]> =>
  (await api.call('GET', '/v1/event-types?limit=100', { key })).body.data.map(
    (entry: { type: string }) => entry.type,
  );

describe('whose an event type is', () => {
  test('a type of one tenant is unknown to another: 422 to publish and to subscribe, 404 to read', async () => {
    await register('private.thing');
    expect(await typesOf(stranger.key)).not.toContain('private.thing');
    expect((await publish('private.thing', sample, stranger.key)).body.code).toBe(
      'unknown_event_type',
    );
    expect(await subscribe(['private.thing'], stranger.key)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/events/0' }] },
    });
    const read = await api.call('GET', '/v1/event-types/private.thing', { key: stranger.key });
    expect(read.status).toBe(404);
    // The same name may mean something else to each.
    const another = { type: 'object', required: ['sum'] };
    const made = await api.call('POST', '/v1/event-types', {
      key: stranger.key,
      body: typeNamed('private.thing', { schema: another, sample: { sum: 1 } }),
    });
    expect(made.status, made.text).toBe(201);
    expect((await publish('private.thing', { sum: 2 }, stranger.key)).status).toBe(202);
    expect((await publish('private.thing', { sum: 2 })).status).toBe(422);
  });

  test("the operator's own hold for every tenant, and only the operator changes them", async () => {
    const key = api.operatorKey;
    await register('global.launched', {}, key);
    for (const tenant of [acme, stranger]) {
      const read = await api.call('GET', '/v1/event-types/global.launched', { key: tenant.key });
      expect(read.body.origin).toBe('operator');
      expect((await publish('global.launched', sample, tenant.key)).status).toBe(202);
      expect((await patch('global.launched', { description: 'x' }, tenant.key)).body.code).toBe(
        'event_type_fixed',
      );
      expect((await remove('global.launched', tenant.key)).body.code).toBe('event_type_fixed');
    }
    const taken = await api.call('POST', '/v1/event-types', {
      key: acme.key,
      body: typeNamed('global.launched'),
    });
    expect(taken.body.code).toBe('conflict');
    expect((await subscribe(['global.launched'])).status).toBe(201);
    const refused = await remove('global.launched', key);
    expect(refused).toMatchObject({ status: 409, body: { code: 'event_type_in_use' } });
    expect(refused.body.detail).toContain('webhooks of one tenant');
    // An operator publishes for a tenant by its types, too.
    const sent = await api.call('POST', '/v1/events', {
      key,
      body: { events: [{ type: 'global.launched', data: sample, tenantId: 'stranger' }] },
    });
    expect(sent.status, sent.text).toBe(202);
  });

  test("a tenant's own wins over a later one of the operator's", async () => {
    await register('mine.first');
    await register(
      'mine.first',
      { schema: { required: ['x'] }, sample: { x: 1 } },
      api.operatorKey,
    );
    expect((await publish('mine.first', sample)).status).toBe(202);
    expect((await publish('mine.first', sample, stranger.key)).status).toBe(422);
    expect((await typesOf(acme.key)).filter((type) => type === 'mine.first')).toHaveLength(1);
  });

  test('an operator registers for one tenant with the header Sydx-Tenant', async () => {
    const made = await api.call('POST', '/v1/event-types', {
      key: api.operatorKey,
      headers: { 'sydx-tenant': 'stranger' },
      body: typeNamed('for.stranger'),
    });
    expect(made.body.origin).toBe('tenant');
    expect(await typesOf(stranger.key)).toContain('for.stranger');
    expect(await typesOf(acme.key)).not.toContain('for.stranger');
  });
});
