import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerHooks } from '../../src/sources/hooks.ts';
import { type Answer, PUBLIC_URL, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { signatureOf } from '../sources/whatsapp/setup.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };
let other: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, { more: [registerHooks] });
  acme = await api.makeTenantWithKey('acme');
  other = await api.makeTenantWithKey('other');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const SECRETS = { verifyToken: 'verify-token-1', appSecret: 'app-secret-1' };

function create(change: object = {}, key = acme.key, headers = {}): Promise<Answer> {
  const settings = { ...SECRETS, ...change };
  const body = { kind: 'whatsapp', name: 'WhatsApp', settings };
  return api.call('POST', '/v1/sources', { key, body, headers });
}

function post(path: string, appSecret: string): Promise<Answer> {
  const headers = { 'x-hub-signature-256': signatureOf('{}', appSecret) };
  return api.call('POST', path, { raw: '{}', headers });
}

function shake(path: string, token: string): Promise<Answer> {
  const query = `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`;
  return api.call('GET', `${path}?${query}`);
}

describe('a source', () => {
  test('is created with the url to enter at the sending side', async () => {
    const created = await create({ phoneNumberIds: ['111'] });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^src_[0-9a-z]{13}$/),
      kind: 'whatsapp',
      name: 'WhatsApp',
      url: `${PUBLIC_URL}/hooks/${created.body.id}`,
      settings: { phoneNumberIds: ['111'] },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      lastReceivedAt: null,
    });
  });

  test('never shows its secrets: not in an answer, a log line or the database', async () => {
    const created = await create({ verifyToken: 'hidden-verify', appSecret: 'hidden-app' });
    const path = `/v1/sources/${created.body.id}`;
    const answers = [
      created,
      await api.call('GET', path, { key: acme.key }),
      await api.call('GET', '/v1/sources', { key: acme.key }),
      await api.call('PATCH', path, {
        key: acme.key,
        body: { settings: { appSecret: 'hidden-app-2' } },
      }),
    ];
    const { rows } = await api.database.general.query(
      "select *, encode(secrets_sealed, 'escape') as readable from sydx.sources",
    );
    for (const text of [...answers.map((one) => one.text), JSON.stringify(rows), api.logged()]) {
      expect(text).not.toContain('hidden-');
    }
  });

  test('is listed newest first, page by page', async () => {
    const third = await api.makeTenantWithKey('third');
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await create({}, third.key)).body.id);
    const first = await api.call('GET', '/v1/sources?limit=2', { key: third.key });
    const cursor = first.body.nextCursor;
    const rest = await api.call('GET', `/v1/sources?limit=2&cursor=${cursor}`, { key: third.key });
    const listed = [...first.body.data, ...rest.body.data].map(({ id }) => id);
    expect(listed).toEqual(ids.toReversed());
    expect(rest.body.nextCursor).toBeNull();
  });

  test('changes what PATCH names and keeps the rest, secrets too', async () => {
    const { id } = (await create({ phoneNumberIds: ['111'] })).body;
    const path = `/v1/sources/${id}`;
    const patch = (body: object) => api.call('PATCH', path, { key: acme.key, body });
    expect((await patch({ name: 'Sales' })).body).toMatchObject({
      name: 'Sales',
      settings: { phoneNumberIds: ['111'] },
    });
    const changed = await patch({ settings: { appSecret: 'app-secret-2' } });
    expect(changed.body.settings).toEqual({ phoneNumberIds: ['111'] });
    expect((await post(`/hooks/${id}`, 'app-secret-1')).status).toBe(401);
    expect((await post(`/hooks/${id}`, 'app-secret-2')).status).toBe(200);
    expect((await shake(`/hooks/${id}`, SECRETS.verifyToken)).status).toBe(200);
    expect((await patch({ settings: { phoneNumberIds: ['222'] } })).body.settings).toEqual({
      phoneNumberIds: ['222'],
    });
  });

  test('takes phoneNumberIds and leadFields away where PATCH says null', async () => {
    const settings = {
      verifyToken: 'a-token-to-verify',
      appSecret: 'an-app-secret-of-meta',
      phoneNumberIds: ['106540352242922'],
      leadFields: { name: 'full_name' },
    };
    const made = await api.call('POST', '/v1/sources', {
      key: acme.key,
      body: { kind: 'whatsapp', name: 'listed', settings },
    });
    const path = `/v1/sources/${made.body.id}`;
    const patch = (given: object) =>
      api.call('PATCH', path, { key: acme.key, body: { settings: given } });
    const changed = await patch({ phoneNumberIds: null });
    expect(changed.body.settings).toEqual({ leadFields: { name: 'full_name' } });
    expect((await patch({ leadFields: null })).body.settings).toEqual({});
    expect((await patch({ appSecret: null })).status).toBe(422);
    expect((await patch({ phoneNumberIds: [] })).status).toBe(422);
  });

  test('changed by two at once keeps both changes', async () => {
    const { id } = (await create()).body;
    const patch = (settings: object) =>
      api.call('PATCH', `/v1/sources/${id}`, { key: acme.key, body: { settings } });
    await Promise.all([
      patch({ appSecret: 'both-1' }),
      patch({ verifyToken: 'both-2' }),
      patch({ phoneNumberIds: ['1'] }),
    ]);
    expect((await post(`/hooks/${id}`, 'both-1')).status).toBe(200);
    expect((await shake(`/hooks/${id}`, 'both-2')).status).toBe(200);
    const read = await api.call('GET', `/v1/sources/${id}`, { key: acme.key });
    expect(read.body.settings).toEqual({ phoneNumberIds: ['1'] });
  });

  test('is deleted with its secrets', async () => {
    const { id } = (await create()).body;
    const path = `/v1/sources/${id}`;
    expect((await api.call('DELETE', path, { key: acme.key })).status).toBe(204);
    expect((await api.call('GET', path, { key: acme.key })).status).toBe(404);
    expect((await api.call('DELETE', path, { key: acme.key })).status).toBe(404);
    expect((await post(`/hooks/${id}`, SECRETS.appSecret)).status).toBe(404);
  });

  test.each([
    ['a kind that does not exist', { kind: 'telegram' }, '/kind'],
    ['a missing secret', { settings: { verifyToken: 'v' } }, '/settings/appSecret'],
    ['an unknown setting', { settings: { ...SECRETS, x: 1 } }, '/settings/x'],
    [
      'an id that is none',
      { settings: { ...SECRETS, phoneNumberIds: ['x'] } },
      '/settings/phoneNumberIds/0',
    ],
    [
      'routes of a tenant',
      { settings: { ...SECRETS, routes: { '1': 'acme' } } },
      '/settings/routes',
    ],
  ])('with %s is refused, naming it', async (_what, change, pointer) => {
    const answer = await api.call('POST', '/v1/sources', {
      key: acme.key,
      body: { kind: 'whatsapp', name: 'W', settings: SECRETS, ...change },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(
      pointer,
    );
  });

  test.each([
    [{}],
    [{ settings: { appSecret: '' } }],
    [{ settings: { x: 1 } }],
    [{ kind: 'form' }],
  ])('is not changed by %j', async (body) => {
    const { id } = (await create()).body;
    const answer = await api.call('PATCH', `/v1/sources/${id}`, { key: acme.key, body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
  });
});

describe('who may', () => {
  test('only who administers webhooks', async () => {
    const reader = await api.makeKey(acme.no, ['deliveries:read', 'events:write']);
    expect((await create({}, reader)).status).toBe(403);
    expect((await create({}, 'sydx_wrong')).status).toBe(401);
    expect((await api.call('GET', '/v1/sources')).status).toBe(401);
  });

  test("another tenant's source answers 404 and stays as it is", async () => {
    const { id } = (await create()).body;
    const path = `/v1/sources/${id}`;
    for (const key of [other.key, api.operatorKey]) {
      expect((await api.call('GET', path, { key })).status).toBe(404);
      expect((await api.call('PATCH', path, { key, body: { name: 'X' } })).status).toBe(404);
      const settings = { settings: { appSecret: 'x' } };
      expect((await api.call('PATCH', path, { key, body: settings })).status).toBe(404);
      expect((await api.call('DELETE', path, { key })).status).toBe(404);
      const list = await api.call('GET', '/v1/sources?limit=100', { key });
      expect(list.text).not.toContain(id);
    }
    expect((await api.call('GET', path, { key: acme.key })).body.name).toBe('WhatsApp');
  });
});

describe("an operator's source", () => {
  test('routes numbers to tenants and is seen by operators alone', async () => {
    const created = await create({ routes: { '111': 'acme' } }, api.operatorKey);
    expect(created).toMatchObject({
      status: 201,
      body: { settings: { routes: { '111': 'acme' } } },
    });
    const path = `/v1/sources/${created.body.id}`;
    expect((await api.call('GET', path, { key: acme.key })).status).toBe(404);
    const list = await api.call('GET', '/v1/sources', { key: api.operatorKey });
    expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([created.body.id]);
  });

  test('needs routes, to tenants that exist', async () => {
    const without = await create({}, api.operatorKey);
    expect(without.status).toBe(422);
    const astray = await create({ routes: { '111': 'acme', '222': 'nobody' } }, api.operatorKey);
    expect(astray.body.errors).toEqual([
      { pointer: '/settings/routes/222', detail: expect.stringContaining('tenant') },
    ]);
  });

  test('is a tenant’s own when the operator names the tenant', async () => {
    const created = await create({}, api.operatorKey, { 'sydx-tenant': 'acme' });
    expect(created.status).toBe(201);
    const path = `/v1/sources/${created.body.id}`;
    expect((await api.call('GET', path, { key: acme.key })).status).toBe(200);
  });
});
