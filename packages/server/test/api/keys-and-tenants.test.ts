import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';

let database: TestDatabase;
let api: TestApi;
let otherNode: TestApi;
let acme: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  otherNode = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
});

afterAll(async () => {
  await api.close();
  await otherNode.close();
  await database.drop();
});

describe('an API key', () => {
  test('is shown once, and stored only as its hash', async () => {
    const body = { name: 'n8n', scopes: ['events:write'] };
    const created = await api.call('POST', '/v1/api-keys', { key: acme.key, body });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject(body);
    expect(created.body.key).toMatch(/^sydx_[A-Za-z0-9_-]{43}$/);
    const { key, ...shown } = created.body;
    expect(shown.keyHint).toBe(key.slice(-4));
    const path = `/v1/api-keys/${shown.id}`;
    expect((await api.call('GET', path, { key: acme.key })).body).toEqual(shown);
    const list = await api.call('GET', '/v1/api-keys', { key: acme.key });
    expect(list.body.data[0]).toEqual(shown);
    const { rows } = await api.database.general.query('select * from sydx.api_keys');
    expect(JSON.stringify(rows) + list.text + api.logged()).not.toContain(key);
  });

  test('says when it was last used, written at most once a minute', async () => {
    const body = { name: 'used', scopes: ['deliveries:read'] };
    const { key, id, lastUsedAt } = (
      await api.call('POST', '/v1/api-keys', { key: acme.key, body })
    ).body;
    expect(lastUsedAt).toBeNull();
    const read = async () =>
      (await api.call('GET', `/v1/api-keys/${id}`, { key: acme.key })).body.lastUsedAt;
    expect(await read()).toBeNull();
    await api.call('GET', '/v1/deliveries', { key });
    await eventually('it is noted', async () => (await read()) !== null);
    const first = await read();
    expect(Math.abs(Date.parse(first) - Date.now())).toBeLessThan(60_000);
    await otherNode.call('GET', '/v1/deliveries', { key });
    await api.database.general.query(
      `update sydx.api_keys set last_used_at = last_used_at - interval '2 minutes' where hint = $1`,
      [key.slice(-4)],
    );
    await eventually('it is noted again', async () => {
      await otherNode.call('GET', '/v1/deliveries', { key });
      return Date.parse(await read()) >= Date.parse(first);
    });
  });

  test('works at once, also where it was just refused', async () => {
    const body = { name: 'fresh', scopes: ['webhooks:admin'] };
    const { key } = (await api.call('POST', '/v1/api-keys', { key: acme.key, body })).body;
    expect((await otherNode.call('GET', '/v1/webhooks', { key })).status).toBe(200);
  });

  test('that is deleted ends here at once and on every other node within a second', async () => {
    const body = { name: 'short', scopes: ['webhooks:admin'] };
    const made = (await api.call('POST', '/v1/api-keys', { key: acme.key, body })).body;
    const { key } = made;
    for (const node of [api, otherNode]) {
      expect((await node.call('GET', '/v1/webhooks', { key })).status).toBe(200);
    }
    const deleted = await api.call('DELETE', `/v1/api-keys/${made.id}`, { key: acme.key });
    expect(deleted.status).toBe(204);
    expect((await api.call('GET', '/v1/webhooks', { key })).status).toBe(401);
    const since = performance.now();
    await eventually('the other node refuses it', async () => {
      return (await otherNode.call('GET', '/v1/webhooks', { key })).status === 401;
    });
    expect(performance.now() - since).toBeLessThan(1_100);
    const gone = await api.call('GET', `/v1/api-keys/${made.id}`, { key: acme.key });
    expect(gone.status).toBe(404);
  });

  test('grants only scopes that it holds', async () => {
    const admin = await api.makeKey(acme.no, ['webhooks:admin']);
    const grant = (key: string, scopes: string[], headers = {}) =>
      api.call('POST', '/v1/api-keys', { key, headers, body: { name: 'x', scopes } });
    expect((await grant(admin, ['webhooks:admin'])).status).toBe(201);
    const refused = await grant(admin, ['webhooks:admin', 'events:write']);
    expect(refused.status).toBe(403);
    expect(refused.body.errors[0].pointer).toBe('/scopes/1');
    const acting = { 'sydx-tenant': acme.id };
    expect((await grant(api.operatorKey, ['events:write'], acting)).status).toBe(201);
    expect((await grant(api.operatorKey, ['operator'], acting)).status).toBe(403);
  });

  test.each(['Basic abc', 'Bearer', 'Bearer  ', `Bearer ${'x'.repeat(5000)}`, 'sydx_abc'])(
    'is refused as %j with a challenge',
    async (authorization) => {
      const refused = await api.call('GET', '/v1/webhooks', { headers: { authorization } });
      expect(refused.status).toBe(401);
      expect(refused.headers['www-authenticate']).toMatch(/^Bearer realm="sydx"/);
    },
  );
});

describe("the operator's key", () => {
  const operate = (method: string, path: string, call = {}) =>
    api.call(method, path, { key: api.operatorKey, ...call });

  test('creates tenants under the id of the CRM or a generated one', async () => {
    const named = await operate('POST', '/v1/tenants', { body: { id: 'crm-7', name: 'Seven' } });
    expect(named.status).toBe(201);
    expect(named.body).toMatchObject({ id: 'crm-7', name: 'Seven', plan: 'pro' });
    const generated = await operate('POST', '/v1/tenants', { body: {} });
    expect(generated.body.id).toMatch(/^ten_[0-9a-z]{13}$/);
    const again = await operate('POST', '/v1/tenants', { body: { id: 'crm-7' } });
    expect(again.status).toBe(409);
    expect((await operate('GET', '/v1/tenants/crm-7')).body).toEqual(named.body);
    expect((await operate('GET', '/v1/tenants/none')).status).toBe(404);
  });

  test('lists tenants newest first, page by page', async () => {
    for (const id of ['p1', 'p2', 'p3']) await operate('POST', '/v1/tenants', { body: { id } });
    const first = await operate('GET', '/v1/tenants?limit=2');
    expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual(['p3', 'p2']);
    const next = await operate('GET', `/v1/tenants?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body.data[0].id).toBe('p1');
  });

  test('acts in a tenant that the header Sydx-Tenant names', async () => {
    const acting = { headers: { 'sydx-tenant': acme.id } };
    const body = { name: 'by operator', url: 'http://127.0.0.1:9/', events: ['lead.assigned'] };
    const created = await operate('POST', '/v1/webhooks', { ...acting, body });
    expect(created.status).toBe(201);
    const seen = await api.call('GET', `/v1/webhooks/${created.body.id}`, { key: acme.key });
    expect(seen.status).toBe(200);
    const strange = { headers: { 'sydx-tenant': 'nobody' } };
    expect((await operate('GET', '/v1/webhooks', strange)).status).toBe(404);
    const unnamed = await operate('GET', '/v1/webhooks');
    expect(unnamed.status).toBe(400);
    expect(unnamed.body.detail).toMatch(/Sydx-Tenant/);
  });

  test('sets a plan: any other than pro gets plan_required until it is pro again', async () => {
    const tenant = await api.makeTenantWithKey('changing');
    const list = () => api.call('GET', '/v1/webhooks', { key: tenant.key });
    const set = (plan: string) => operate('PATCH', '/v1/tenants/changing', { body: { plan } });
    expect((await list()).status).toBe(200);
    expect((await set('basic')).body.plan).toBe('basic');
    const refused = await list();
    expect(refused.status).toBe(403);
    expect(refused.body.code).toBe('plan_required');
    await set('pro');
    expect((await list()).status).toBe(200);
    expect((await operate('PATCH', '/v1/tenants/changing', { body: {} })).status).toBe(422);
  });
});
