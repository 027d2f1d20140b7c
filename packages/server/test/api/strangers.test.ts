import { type Role, SCOPES } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Call, startTestApi, TENANT_SCOPES, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { type Browser, makePerson, openPortal, PASSWORD, signIn } from '../kit/people.ts';
import { startReceiver } from '../kit/receivers.ts';
import { type Operation, readOperations } from '../kit/operations.ts';
import { makeRejected } from '../kit/rejected.ts';

/*
 * Walks the OpenAPI document, which no route under /v1 can be left out of. A new route that takes an
 * id or a body has to be told below what a good one is; until then these tests fail.
 */

/** What of the first tenant's stands for `{id}`. */
const ID_IN_PATH: Readonly<Record<string, keyof Things>> = {
  '/v1/events/{id}': 'event',
  '/v1/webhooks/{id}': 'webhook',
  '/v1/deliveries/{id}': 'delivery',
  '/v1/inboxes/{id}': 'inbox',
  '/v1/replays/{id}': 'replay',
  '/v1/api-keys/{id}': 'apiKey',
  '/v1/sources/{id}': 'source',
  '/v1/sources/{id}/leads': 'source',
  '/v1/sources/{id}/lead-fetching': 'source',
  '/v1/sources/{id}/retry': 'source',
  '/v1/rejected-events/{id}': 'rejected',
  '/v1/event-types/{type}': 'eventType',
  '/v1/members/{id}': 'member',
  '/v1/invites/{id}': 'invite',
};

const ID_IN_QUERY: Readonly<Record<string, keyof Things>> = {
  webhookId: 'webhook',
  eventId: 'event',
};

const FROM = '2024-01-01T00:00:00.000Z';
const GOOD_BODIES: Readonly<Record<string, object>> = {
  'POST /v1/events': { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 3 } },
  'POST /v1/webhooks': { name: 'x', url: 'http://127.0.0.1:9/', events: ['flow.completed'] },
  'PATCH /v1/webhooks/{id}': { name: 'renamed' },
  'POST /v1/inboxes': { webhook: { events: ['flow.completed'] } },
  'PATCH /v1/inboxes/{id}': { answer: { status: 500 } },
  'POST /v1/filter-preview': {
    filter: { field: 'name', exists: true },
    events: ['campaign.sent'],
  },
  'POST /v1/webhooks/{id}/replay': { from: FROM, dryRun: true },
  'POST /v1/api-keys': { name: 'x', scopes: ['webhooks:admin'] },
  'POST /v1/tenants': { name: 'x' },
  'PATCH /v1/tenants/{id}': { name: 'x' },
  'POST /v1/sources': {
    kind: 'whatsapp',
    name: 'x',
    settings: { verifyToken: 'v', appSecret: 's' },
  },
  'PATCH /v1/sources/{id}': { name: 'renamed' },
  'POST /v1/event-types': { type: 'order.sent', description: 'x', schema: {}, sample: {} },
  'PATCH /v1/event-types/{type}': { description: 'changed' },
  'PATCH /v1/session': { tenantId: 'owner' },
  'POST /v1/password': { currentPassword: PASSWORD, newPassword: PASSWORD },
  'PATCH /v1/members/{id}': { role: 'agent' },
  'POST /v1/invites': { email: 'new@example.com', role: 'agent' },
  'POST /v1/reset-links': { email: 'nobody@example.com' },
};

/** The whole of what needs no key. */
const OPEN_TO_ALL = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /hooks/{id}',
  'POST /hooks/{id}',
  'POST /v1/session',
  'POST /v1/links/inspect',
  'POST /v1/links/accept',
  'POST /v1/portal-sessions',
]);
/** The whole of what any valid key may do. */
const OPEN_TO_KEYS = new Set(['GET /v1/event-types', 'GET /v1/event-types/{type}']);
/** One's own session: for agents and every plan, never for keys. */
const OWN_SESSION = new Set([
  'GET /v1/session',
  'PATCH /v1/session',
  'DELETE /v1/session',
  'DELETE /v1/sessions',
  'POST /v1/password',
]);
/** The whole of what a portal reaches beside its own session: webhooks and logs. */
const IN_PORTAL = new Set([
  'GET /v1/event-types',
  'GET /v1/event-types/{type}',
  'GET /v1/events',
  'GET /v1/events/{id}',
  'GET /v1/webhooks',
  'POST /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'POST /v1/webhooks/{id}/test',
  'POST /v1/webhooks/{id}/rotate-secret',
  'POST /v1/webhooks/{id}/replay',
  'POST /v1/filter-preview',
  'GET /v1/inboxes',
  'POST /v1/inboxes',
  'GET /v1/inboxes/{id}',
  'PATCH /v1/inboxes/{id}',
  'DELETE /v1/inboxes/{id}',
  'GET /v1/inboxes/{id}/requests',
  'GET /v1/inboxes/{id}/requests/stream',
  'GET /v1/webhook-health',
  'GET /v1/deliveries',
  'GET /v1/deliveries/{id}',
  'POST /v1/deliveries/{id}/redeliver',
  'GET /v1/replays/{id}',
  'GET /v1/stats',
  'GET /v1/audit-log',
  'GET /v1/session',
  'DELETE /v1/session',
]);

interface Things {
  event: string;
  webhook: string;
  delivery: string;
  inbox: string;
  replay: string;
  apiKey: string;
  source: string;
  rejected: string;
  eventType: string;
  member: string;
  invite: string;
}

let database: TestDatabase;
let api: TestApi;
let operations: Operation[];
let owner: { id: string; no: number; key: string };
let stranger: { id: string; no: number; key: string };
let things: Things;
/** The owner's admin and agent, and the stranger's admin. */
let admin: Browser;
let agent: Browser;
let foreignAdmin: Browser;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  operations = readOperations((await api.call('GET', '/openapi.json')).body);
  owner = await api.makeTenantWithKey('owner');
  stranger = await api.makeTenantWithKey('stranger');
  things = await makeThings();
  admin = await signInAs(owner.no, 'admin');
  agent = await signInAs(owner.no, 'agent');
  foreignAdmin = await signInAs(stranger.no, 'admin');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

async function signInAs(tenantNo: number, role: Role): Promise<Browser> {
  return signIn(api, (await makePerson(api, [{ tenantNo, role }])).email);
}

/** One of everything that a tenant can have, made over HTTP. */
async function makeThings(): Promise<Things> {
  const receiver = await startReceiver((_request, response) => response.writeHead(500).end());
  const { key } = owner;
  const post = async (path: string, body: object): Promise<{ id: string; type: string }> =>
    (await api.call('POST', path, { key, body })).body;
  const url = `${receiver.origin}/hook`;
  const webhook = await post('/v1/webhooks', { name: 'x', url, events: ['campaign.sent'] });
  const event = await post('/v1/events', GOOD_BODIES['POST /v1/events']!);
  const tested = await post(`/v1/webhooks/${webhook.id}/test`, {});
  const replay = await post(`/v1/webhooks/${webhook.id}/replay`, { from: FROM });
  const inbox = await post('/v1/inboxes', {});
  const apiKey = await post('/v1/api-keys', GOOD_BODIES['POST /v1/api-keys']!);
  const source = await post('/v1/sources', GOOD_BODIES['POST /v1/sources']!);
  // Its key was used for another event: retrying leaves it where it is.
  const sent = { ...GOOD_BODIES['POST /v1/events']!, idempotencyKey: 'used' };
  await post('/v1/events', sent);
  const again = { type: 'campaign.sent', data: { name: 'Holi', recipientCount: 1 }, key: 'used' };
  const rejected = await makeRejected(api.database, { tenant: owner.id, ...again });
  const { type: eventType } = await post('/v1/event-types', {
    ...GOOD_BODIES['POST /v1/event-types']!,
    type: 'order.paid',
  });
  const { id: member } = await makePerson(api, [{ tenantNo: owner.no, role: 'agent' }]);
  const invite = await post('/v1/invites', { email: 'invited@example.com', role: 'agent' });
  await receiver.close();
  return {
    event: event.id,
    webhook: webhook.id,
    delivery: tested.id,
    inbox: inbox.id,
    replay: replay.id,
    apiKey: apiKey.id,
    source: source.id,
    rejected,
    eventType,
    member,
    invite: invite.id,
  };
}

/** A call that is good but for who makes it. */
function goodCall({ name, path, takesBody }: Operation): { path: string; call: Call } {
  const body = GOOD_BODIES[name];
  if (takesBody && body === undefined) throw new Error(`${name} needs a good body in this test.`);
  return {
    path: path.replace(/\{(id|type)\}/, idFor(path)),
    call: body === undefined ? {} : { body },
  };
}

function idFor(path: string): string {
  if (!path.includes('{')) return '';
  if (path.startsWith('/v1/tenants/')) return owner.id;
  const pattern = /^.*?\{(id|type)\}/.exec(path)?.[0] ?? path;
  const thing = ID_IN_PATH[pattern];
  if (thing === undefined) throw new Error(`${path} needs an id in this test.`);
  return things[thing];
}

function guarded(): Operation[] {
  return operations.filter(({ scope }) => scope !== undefined);
}

/** What keys may call at all. */
function forKeys(): Operation[] {
  return guarded().filter(({ callers }) => callers.has('apiKey'));
}

/** What an admin may call in a tenant. */
function forPeople(): Operation[] {
  return guarded().filter(({ name, callers }) => callers.has('session') && !OWN_SESSION.has(name));
}

/** A stream stays open for whoever may read it: inbox-streams.test.ts reads it. */
function ending(which: readonly Operation[]): Operation[] {
  return which.filter(({ path }) => !path.endsWith('/stream'));
}

function sentBy({ cookie }: Browser): Call {
  return { headers: { cookie, 'sec-fetch-site': 'same-origin' } };
}

/** What a call of each operation answered, as `METHOD path status code`. */
async function tryAll(
  which: readonly Operation[],
  caller: (operation: Operation) => Call | Promise<Call>,
): Promise<string[]> {
  const lines: string[] = [];
  for (const operation of which) {
    const { path, call } = goodCall(operation);
    const answer = await api.call(operation.method, path, {
      ...call,
      ...(await caller(operation)),
    });
    lines.push(`${operation.name} ${answer.status} ${answer.body?.code}`);
  }
  return lines;
}

function expected(which: readonly Operation[], answer: string): string[] {
  return which.map(({ name }) => `${name} ${answer}`);
}

describe('every route of /openapi.json', () => {
  test('is known by a name and a scope, but for those that are meant to be open', () => {
    expect(operations.length).toBeGreaterThan(20);
    for (const { name, operationId, scope } of operations) {
      expect(operationId, `${name} has no operationId`).toBeTypeOf('string');
      if (scope === undefined) expect(OPEN_TO_ALL).toContain(name);
      else if (scope === null) expect([...OPEN_TO_KEYS, ...OWN_SESSION]).toContain(name);
      else expect(SCOPES).toContain(scope);
    }
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('answers no key, a wrong key, a key without the scope: 401', async () => {
    const all = guarded();
    expect(await tryAll(all, () => ({}))).toEqual(expected(all, '401 unauthorized'));
  });

  test('answers no key, a wrong key, a key without the scope: 401, 401', async () => {
    const all = guarded();
    const wrong = `sydx_${'A'.repeat(43)}`;
    expect(await tryAll(all, () => ({ key: wrong }))).toEqual(expected(all, '401 unauthorized'));
    const cut = { key: owner.key.slice(0, -1) };
    expect(await tryAll(all, () => cut)).toEqual(expected(all, '401 unauthorized'));
  });

  test('answers no key, a wrong key, a key without the scope: 401, 401, 403, though it holds all others', async () => {
    const all = forKeys().filter(({ scope }) => scope !== null);
    const keys = new Map<string, string>();
    for (const missing of SCOPES) {
      const scopes = TENANT_SCOPES.filter((scope) => scope !== missing);
      keys.set(missing, await api.makeKey(owner.no, scopes));
    }
    const answers = await tryAll(all, ({ scope }) => ({ key: keys.get(scope ?? '') ?? '' }));
    expect(answers).toEqual(expected(all, '403 forbidden'));
  });

  test("answers another tenant's ids 404, read and write", async () => {
    const all = forKeys().filter(({ path, scope }) => path.includes('{') && scope !== 'operator');
    expect(all.length).toBeGreaterThan(8);
    const answers = await tryAll(all, () => ({ key: stranger.key }));
    expect(answers).toEqual(expected(all, '404 not_found'));
  });

  test('answers 404 to an operator who acts in another tenant', async () => {
    const all = forKeys().filter(({ path, scope }) => path.includes('{') && scope !== 'operator');
    const acting = { key: api.operatorKey, headers: { 'sydx-tenant': stranger.id } };
    expect(await tryAll(all, () => acting)).toEqual(expected(all, '404 not_found'));
  });

  test("answers 404 to another tenant's id in a filter, and finds the owner's", async () => {
    for (const { path, queryIds } of guarded()) {
      for (const name of queryIds) {
        const thing = ID_IN_QUERY[name];
        if (thing === undefined) throw new Error(`?${name} of ${path} needs an id in this test.`);
        const query = `${path}?${name}=${things[thing]}`;
        const foreign = await api.call('GET', query, { key: stranger.key });
        expect(`${query} ${foreign.status}`).toBe(`${query} 404`);
        const own = await api.call('GET', query, { key: owner.key });
        expect(`${query} ${own.status}`).toBe(`${query} 200`);
      }
    }
  });

  test('answers 404 to a key that names another tenant', async () => {
    const all = forKeys().filter(({ scope }) => scope !== 'operator');
    const naming = { key: owner.key, headers: { 'sydx-tenant': stranger.id } };
    expect(await tryAll(all, () => naming)).toEqual(expected(all, '404 not_found'));
  });

  test('answers 403 to a tenant whose plan does not include it', async () => {
    const basic = await api.makeTenantWithKey('basic');
    const plan = { body: { plan: 'basic' }, key: api.operatorKey };
    expect((await api.call('PATCH', '/v1/tenants/basic', plan)).status).toBe(200);
    const all = forKeys().filter(({ scope }) => scope !== 'operator');
    const answers = await tryAll(all, () => ({ key: basic.key }));
    expect(answers).toEqual(expected(all, '403 plan_required'));
    const person = await signInAs(basic.no, 'admin');
    const tenantWide = forPeople();
    expect(await tryAll(tenantWide, () => sentBy(person))).toEqual(
      expected(tenantWide, '403 plan_required'),
    );
    const session = await person.call('GET', '/v1/session');
    expect(session.body.tenant).toMatchObject({ id: 'basic', plan: 'basic' });
  });

  test('answers 401 to a session that is over', async () => {
    const all = guarded();
    const cookie = `sydx_session=${'A'.repeat(43)}`;
    const answers = await tryAll(all, () => ({ headers: { cookie } }));
    expect(answers).toEqual(expected(all, '401 session_ended'));
  });

  test("answers an agent 403 on all of Outbound Webhooks, and shows one's own session", async () => {
    const all = guarded().filter(({ name }) => !OWN_SESSION.has(name));
    const answers = await tryAll(all, () => sentBy(agent));
    expect(answers).toEqual(expected(all, '403 admin_only'));
    expect((await agent.call('GET', '/v1/session')).body.role).toBe('agent');
  });

  test('answers 403 to a key that asks for a session', async () => {
    const all = guarded().filter(({ name }) => OWN_SESSION.has(name));
    expect(all.length).toBe(OWN_SESSION.size);
    const answers = await tryAll(all, () => ({ key: owner.key }));
    expect(answers).toEqual(expected(all, '403 forbidden'));
  });

  test('answers 403 to an admin on what is for the operator', async () => {
    const all = guarded().filter(({ scope }) => scope === 'operator');
    const answers = await tryAll(all, () => sentBy(admin));
    expect(answers).toEqual(expected(all, '403 forbidden'));
  });

  test('answers 403 to a portal outside of webhooks and logs', async () => {
    const declared = guarded().filter(({ callers }) => callers.has('portal'));
    expect(new Set(declared.map(({ name }) => name))).toEqual(IN_PORTAL);
    const all = guarded().filter(({ name }) => !IN_PORTAL.has(name));
    const key = await openPortal(api, owner.key);
    const answers = await tryAll(all, () => ({ key }));
    expect(answers).toEqual(expected(all, '403 portal_only'));
  });

  test("answers 404 to another tenant's id by session and by portal", async () => {
    const all = forPeople().filter(({ path }) => path.includes('{'));
    expect(all.length).toBeGreaterThan(12);
    const answers = await tryAll(all, () => sentBy(foreignAdmin));
    expect(answers).toEqual(expected(all, '404 not_found'));
    const inReach = all.filter(({ name }) => IN_PORTAL.has(name));
    const key = await openPortal(api, stranger.key);
    expect(await tryAll(inReach, () => ({ key }))).toEqual(expected(inReach, '404 not_found'));
  });

  test('refuses cross-site requests where it changes state: 403 to what another site makes a browser send', async () => {
    const all = guarded().filter(({ method }) => method !== 'GET');
    const headers = { cookie: admin.cookie, 'sec-fetch-site': 'cross-site' };
    expect(await tryAll(all, () => ({ headers }))).toEqual(expected(all, '403 cross_site_refused'));
  });

  test('answers an admin and a portal of its tenant with anything but these', async () => {
    const reads = ending(forPeople()).filter(({ method }) => method === 'GET');
    const byAdmin = await tryAll(reads, () => sentBy(admin));
    expect(byAdmin.filter((line) => !line.includes(' 200 '))).toEqual([]);
    const key = await openPortal(api, owner.key);
    const inReach = reads.filter(({ name }) => IN_PORTAL.has(name));
    const byPortal = await tryAll(inReach, () => ({ key }));
    expect(byPortal.filter((line) => !line.includes(' 200 '))).toEqual([]);
  });

  test('answers its owner with anything but these, deleting last', async () => {
    const order = (operation: Operation) => (operation.method === 'DELETE' ? 1 : 0);
    const all = ending(forKeys())
      .filter(({ scope }) => scope !== 'operator')
      .toSorted((a, b) => order(a) - order(b));
    const answers = await tryAll(all, () => ({ key: owner.key }));
    expect(answers.filter((line) => / (401|403|404|422|500|503) /.test(line))).toEqual([]);
  });
});
