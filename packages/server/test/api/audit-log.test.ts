import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerHooks } from '../../src/sources/hooks.ts';
import { SYSTEM, writeAudit } from '../../src/store/audit-log.ts';
import { forgetAudit } from '../../src/store/read-audit-log.ts';
import { transaction } from '../../src/store/transaction.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  type Browser,
  browserWith,
  cookieOf,
  makePerson,
  openPortal,
  PASSWORD,
  signIn,
  tokenOf,
} from '../kit/people.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let acme: { id: string; no: number; key: string };
let other: { id: string; no: number; key: string };
let admin: Browser & { email: string; personId: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, {
    retryScheduleSeconds: [0.05],
    more: [registerHooks],
  });
  receiver = await startReceiver((_request, response) => response.writeHead(500).end());
  acme = await api.makeTenantWithKey('acme');
  other = await api.makeTenantWithKey('other');
  const { email, id } = await makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
  admin = { ...(await signIn(api, email)), email, personId: id };
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

interface Entry {
  id: string;
  createdAt: string;
  tenantId: string | null;
  action: string;
  actor: { kind: string; id: string | null; name: string | null; address: string | null };
  object: { kind: string; id: string | null; name: string | null };
  changes: { field: string; before: unknown; after: unknown }[];
}

async function entries(query = '', key = acme.key): Promise<Entry[]> {
  const answer = await api.call('GET', `/v1/audit-log?limit=100${query}`, { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data;
}

/** The newest of a kind. */
async function latest(action: string, key = acme.key): Promise<Entry> {
  const [entry] = await entries(`&action=${action}`, key);
  if (entry === undefined) throw new Error(`No ${action} is in the audit log.`);
  return entry;
}

const newWebhook = (name: string) => ({
  name,
  url: `${receiver.origin}/services/T0123/B4567/a-long-password-in-the-path`,
  events: ['message.received'],
});

async function post(path: string, body?: object, by: Browser = admin): Promise<Answer['body']> {
  const answer = await by.call('POST', path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.text}`);
  return answer.body;
}

const someone = () => makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
const invite = (email: string) => post('/v1/invites', { email, role: 'agent' });
const makeKey = () => post('/v1/api-keys', { name: 'reader', scopes: ['deliveries:read'] });
const makeSource = () =>
  post('/v1/sources', {
    kind: 'whatsapp',
    name: 'number',
    settings: { verifyToken: 'a-verify-token-of-ours', appSecret: 'an-app-secret-of-meta' },
  });

describe('the audit log', () => {
  test('says who changed what and when, with what it was before, and masks URLs', async () => {
    const made = await post('/v1/webhooks', newWebhook('Zap'));
    const url = `${receiver.origin}/services/another-password-in-the-path`;
    await admin.call('PATCH', `/v1/webhooks/${made.id}`, { body: { name: 'Zapier', url } });
    const entry = await latest('webhook.changed');
    expect(entry).toMatchObject({
      tenantId: 'acme',
      actor: { kind: 'person', id: admin.personId, name: admin.email, address: '127.0.0.1' },
      object: { kind: 'webhook', id: made.id, name: 'Zapier' },
    });
    expect(Math.abs(Date.parse(entry.createdAt) - Date.now())).toBeLessThan(60_000);
    expect(entry.changes).toEqual([
      { field: 'name', before: 'Zap', after: 'Zapier' },
      { field: 'url', before: `${receiver.origin}/…path`, after: `${receiver.origin}/…path` },
    ]);
    await admin.call('PATCH', `/v1/webhooks/${made.id}`, { body: { enabled: false } });
    expect((await latest('webhook.disabled')).changes).toEqual([
      { field: 'enabled', before: true, after: false },
    ]);
    await admin.call('PATCH', `/v1/webhooks/${made.id}`, { body: { enabled: true } });
    expect((await latest('webhook.enabled')).object.id).toBe(made.id);
  });

  test('keeps the name that somebody had, after they are gone', async () => {
    const { key, id } = await post('/v1/api-keys', { name: 'Backend', scopes: ['webhooks:admin'] });
    await api.call('POST', '/v1/webhooks', { key, body: newWebhook('by key') });
    await admin.call('DELETE', `/v1/api-keys/${id}`);
    expect((await latest('webhook.created')).actor).toMatchObject({
      kind: 'api_key',
      id,
      name: 'Backend',
    });
    expect((await latest('api_key.deleted')).object).toEqual({
      kind: 'api_key',
      id,
      name: 'Backend',
    });
  });

  test('names an operator who acts in a tenant, and the portal link that a portal came by', async () => {
    const acting = { key: api.operatorKey, headers: { 'sydx-tenant': 'acme' } };
    await api.call('POST', '/v1/webhooks', { ...acting, body: newWebhook('by operator') });
    expect((await latest('webhook.created')).actor.kind).toBe('operator');
    const portal = await openPortal(api, acme.key);
    await api.call('POST', '/v1/webhooks', { key: portal, body: newWebhook('by portal') });
    const opened = await latest('portal_link.opened');
    expect((await latest('webhook.created')).actor).toMatchObject({
      kind: 'portal_link',
      id: opened.object.id,
    });
  });

  test('is written with the change or not at all', async () => {
    const count = async () =>
      (await api.database.general.query('select count(*)::int as n from sydx.audit_log')).rows[0].n;
    const before = await count();
    const { id } = await post('/v1/webhooks', newWebhook('held'));
    expect(await count()).toBe(before + 1);
    // The last step of the transaction fails: what was written before it goes as well.
    await api.database.general.query(
      `alter table sydx.audit_log add constraint refuse check (object_name <> 'refused') not valid`,
    );
    const answer = await admin.call('PATCH', `/v1/webhooks/${id}`, { body: { name: 'refused' } });
    expect(answer.status).toBe(500);
    expect((await admin.call('GET', `/v1/webhooks/${id}`)).body.name).toBe('held');
    await api.database.general.query('alter table sydx.audit_log drop constraint refuse');
    expect(await count()).toBe(before + 1);
    // And a refused request leaves none.
    await admin.call('PATCH', `/v1/webhooks/${id}`, { body: { url: 'ftp://x' } });
    await admin.call('DELETE', '/v1/webhooks/whk_0000000000000');
    expect(await count()).toBe(before + 1);
  });

  test('holds no secret', async () => {
    const made = await post('/v1/webhooks', newWebhook('secret'));
    const { secret } = await post(`/v1/webhooks/${made.id}/rotate-secret`);
    const granted = await makeKey();
    const source = await makeSource();
    const body = { settings: { appSecret: 'yet-another-secret-of-meta' } };
    await admin.call('PATCH', `/v1/sources/${source.id}`, { body });
    const link = await invite('secret@example.com');
    const { rows } = await api.database.general.query<{ text: string }>(
      `select string_agg(a::text, ' ') as text from sydx.audit_log a`,
    );
    const all = rows[0]?.text ?? '';
    expect(all).toContain('appSecret');
    const secrets = [made.secret, secret, granted.key, tokenOf(link.url)];
    const hidden = [
      ...secrets,
      'an-app-secret-of-meta',
      'a-verify-token-of-ours',
      'yet-another-secret-of-meta',
      'a-long-password-in-the-path'.slice(0, -4),
      PASSWORD,
    ];
    hidden.forEach((one, at) => expect(all.includes(one), `secret ${at}`).toBe(false));
  });

  test('shows nothing to another tenant, to an agent, or to a key that may only read deliveries', async () => {
    expect((await entries('', other.key)).every(({ tenantId }) => tenantId === 'other')).toBe(true);
    const { object } = await latest('webhook.created');
    expect(await entries(`&object=${object.id}`, other.key)).toEqual([]);
    const { email } = await makePerson(api, [{ tenantNo: acme.no, role: 'agent' }]);
    const agent = await signIn(api, email);
    expect((await agent.call('GET', '/v1/audit-log')).body.code).toBe('admin_only');
    const reader = await api.makeKey(acme.no, ['deliveries:read', 'events:write']);
    expect((await api.call('GET', '/v1/audit-log', { key: reader })).status).toBe(403);
  });

  test('shows a portal what was done to webhooks and deliveries, and no member or key', async () => {
    await makeKey();
    const kinds = new Set(
      (await entries('', await openPortal(api, acme.key))).map(({ object }) => object.kind),
    );
    expect(kinds.has('webhook')).toBe(true);
    expect([...kinds].filter((kind) => !['webhook', 'delivery', 'replay'].includes(kind))).toEqual(
      [],
    );
  });

  test('shows the operator what was done to all tenants and to none', async () => {
    const all = await entries('', api.operatorKey);
    expect(new Set(all.map(({ tenantId }) => tenantId))).toContain('acme');
    const email = (await someone()).email;
    await api.call('POST', '/v1/reset-links', { key: api.operatorKey, body: { email } });
    const made = await latest('reset_link.created', api.operatorKey);
    expect(made).toMatchObject({ tenantId: null, actor: { kind: 'operator' } });
  });

  test('is filtered by action, object, actor and time, and paged', async () => {
    const { id } = await post('/v1/webhooks', newWebhook('filtered'));
    await post(`/v1/webhooks/${id}/rotate-secret`);
    const own = await entries(`&object=${id}`);
    expect(own.map(({ action }) => action)).toEqual(['webhook.secret_rotated', 'webhook.created']);
    const mine = await entries(`&actor=${admin.personId}`);
    expect(mine.every(({ actor }) => actor.id === admin.personId)).toBe(true);
    const [rotated, created] = own;
    const until = await entries(`&object=${id}&to=${rotated?.createdAt}`);
    expect(until.map(({ action }) => action)).toEqual(
      rotated?.createdAt === created?.createdAt ? [] : ['webhook.created'],
    );
    expect(await entries(`&to=2024-02-01T00:00:00Z`)).toEqual([]);

    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await api.call('GET', `/v1/audit-log?limit=7${query}`, { key: acme.key });
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map((entry: Entry) => entry.id));
      cursor = page.body.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted().toReversed());
    const bad = await api.call('GET', '/v1/audit-log?action=no.such', { key: acme.key });
    expect(bad.status).toBe(422);
  });

  test('refuses a filter that no id is, NUL in it or not', async () => {
    for (const filter of ['object=%00', 'actor=per_%00', `object=${'x'.repeat(101)}`]) {
      const answer = await api.call('GET', `/v1/audit-log?${filter}`, { key: acme.key });
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid_query']);
    }
  });

  test('ends by age, a bounded number at a time', async () => {
    const pool = api.database.general;
    await pool.query(
      `insert into sydx.audit_log (id, tenant_no, action, actor_kind, object_kind)
       select sydx.id_at(clock_timestamp() - interval '401 days') + n, $1, 'webhook.created',
         'system', 'webhook' from generate_series(1, 25) n`,
      [other.no],
    );
    expect(await forgetAudit(pool, 400, 10)).toBe(10);
    expect(await forgetAudit(pool, 400, 10)).toBe(10);
    expect(await forgetAudit(pool, 400, 10)).toBe(5);
    expect(await forgetAudit(pool, 400, 10)).toBe(0);
    expect((await entries()).length).toBeGreaterThan(0);
  });

  test('tells of the first sign-in by its own cookie', async () => {
    const { email } = await someone();
    const answer = await api.call('POST', '/v1/session', { body: { email, password: PASSWORD } });
    const browser = browserWith(api, cookieOf(answer));
    const { body } = await browser.call('GET', '/v1/audit-log?action=session.started&limit=1');
    expect(body.data[0].actor.name).toBe(email);
  });
});

test('details of any text can be written down: NUL and lone surrogates, in keys as in values', async () => {
  const odd = 'a\0b\ud800c';
  const changes = [{ field: odd, before: null, after: { [odd]: [odd, { deep: odd }] } }];
  const action = 'source.changed';
  const object = { kind: 'source', id: 'src_odd', name: null } as const;
  await transaction(api.database.general, (client) =>
    writeAudit(client, SYSTEM, { tenantNo: acme.no, action, object, changes }),
  );
  const { rows } = await api.database.general.query<{ changes: unknown }>(
    "select changes from sydx.audit_log where object_id = 'src_odd'",
  );
  const told = 'a\uFFFDb\uFFFDc';
  expect(rows[0]?.changes).toEqual([
    { field: told, before: null, after: { [told]: [told, { deep: told }] } },
  ]);
});
