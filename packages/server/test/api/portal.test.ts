import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageSecurityHeaders } from '../../src/auth/page-security.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { makePerson, openPortal, signIn, tokenOf } from '../kit/people.ts';

let database: TestDatabase;
let api: TestApi;
let otherNode: TestApi;
let acme: { id: string; no: number; key: string };
let other: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  otherNode = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
  other = await api.makeTenantWithKey('other');
});

afterAll(async () => {
  await api.close();
  await otherNode.close();
  await database.drop();
});

const told = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim();
const open = (token: string, node = api) =>
  node.call('POST', '/v1/portal-sessions', { body: { token } });

async function makeLink(key: string): Promise<string> {
  return tokenOf((await api.call('POST', '/v1/portal-links', { key })).body.url);
}

describe('a portal link', () => {
  test('opens one tenant only, as its admin, and carries its token in the fragment', async () => {
    const made = await api.call('POST', '/v1/portal-links', { key: acme.key });
    expect(made.status).toBe(201);
    expect(made.body.url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/portal#[A-Za-z0-9_-]{43}$/);
    const minutes = (Date.parse(made.body.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(4.9);
    expect(minutes).toBeLessThanOrEqual(5.1);

    const opened = await open(tokenOf(made.body.url));
    expect(opened.status).toBe(200);
    expect(opened.headers['set-cookie']).toBeUndefined();
    expect(opened.body.tenant).toEqual({ id: 'acme', name: 'acme', plan: 'pro' });
    expect((Date.parse(opened.body.expiresAt) - Date.now()) / 60_000).toBeCloseTo(60, 0);
    const key = opened.body.token;
    expect(key).toMatch(/^sydxp_[A-Za-z0-9_-]{43}$/);
    expect((await api.call('GET', '/v1/session', { key })).body).toEqual({
      kind: 'portal',
      person: null,
      tenant: { id: 'acme', name: 'acme', plan: 'pro' },
      role: 'admin',
      tenants: [{ id: 'acme', name: 'acme', plan: 'pro', role: 'admin' }],
      expiresAt: opened.body.expiresAt,
    });
    const body = { name: 'by portal', url: 'http://127.0.0.1:9/', events: ['flow.completed'] };
    const created = await api.call('POST', '/v1/webhooks', { key, body });
    expect(created.status).toBe(201);
    const path = `/v1/webhooks/${created.body.id}`;
    expect((await api.call('GET', path, { key: acme.key })).status).toBe(200);
    expect((await api.call('GET', path, { key: await openPortal(api, other.key) })).status).toBe(
      404,
    );
    const naming = { key, headers: { 'sydx-tenant': 'other' } };
    expect((await api.call('GET', '/v1/webhooks', naming)).status).toBe(404);
  });

  test('works once, whoever is quicker and on whichever node', async () => {
    const token = await makeLink(acme.key);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => open(token, n % 2 === 0 ? api : otherNode)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(told(await open(token))).toBe('410 link_used');
  });

  test('portal links expire, and so does what they opened', async () => {
    const late = await makeLink(acme.key);
    const key = await openPortal(api, acme.key);
    expect((await api.call('GET', '/v1/webhooks', { key })).status).toBe(200);
    const past = "expires_at = now() - interval '1 second'";
    await api.database.general.query(`update sydx.links set ${past}`);
    await api.database.general.query(`update sydx.sessions set ${past} where kind = 'portal'`);
    expect(told(await open(late))).toBe('410 link_expired');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(told(await api.call('GET', '/v1/webhooks', { key }))).toBe('401 unauthorized');
    expect(told(await open('never-made'))).toBe('404 link_unknown');
  });

  test('is made by programs alone, for a tenant of the right plan', async () => {
    const { email } = await makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
    const admin = await signIn(api, email);
    expect(told(await admin.call('POST', '/v1/portal-links'))).toBe('403 forbidden');
    const key = await openPortal(api, acme.key);
    expect(told(await api.call('POST', '/v1/portal-links', { key }))).toBe('403 portal_only');
    const reader = await api.makeKey(acme.no, ['deliveries:read', 'events:write']);
    expect(told(await api.call('POST', '/v1/portal-links', { key: reader }))).toBe('403 forbidden');
    const acting = { key: api.operatorKey, headers: { 'sydx-tenant': 'acme' } };
    expect((await api.call('POST', '/v1/portal-links', acting)).status).toBe(201);
    const basic = await api.makeTenantWithKey('basic');
    const plan = { key: api.operatorKey, body: { plan: 'basic' } };
    await api.call('PATCH', '/v1/tenants/basic', plan);
    const refused = await api.call('POST', '/v1/portal-links', { key: basic.key });
    expect(told(refused)).toBe('403 plan_required');
  });

  test('is no invitation, and an invitation opens no portal', async () => {
    const token = await makeLink(acme.key);
    const inspected = await api.call('POST', '/v1/links/inspect', { body: { token } });
    expect(told(inspected)).toBe('404 link_unknown');
    const body = { email: 'x@example.com', role: 'agent' };
    const { url } = (await api.call('POST', '/v1/invites', { key: acme.key, body })).body;
    expect(told(await open(tokenOf(url)))).toBe('404 link_unknown');
  });

  test('leaves no token in clear behind', async () => {
    const token = await makeLink(acme.key);
    const key = (await open(token)).body.token;
    const { rows } = await api.database.general.query(
      'select l::text from sydx.links l union all select s::text from sydx.sessions s',
    );
    const everything = JSON.stringify(rows) + api.logged();
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(key);
  });

  test('is closed by whoever signs out of it', async () => {
    const key = await openPortal(api, acme.key);
    expect((await api.call('DELETE', '/v1/session', { key })).status).toBe(204);
    expect((await api.call('GET', '/v1/webhooks', { key })).status).toBe(401);
  });
});

describe('a page of the dashboard', () => {
  const ancestors = (path: string, portalOrigins: string[]) =>
    /frame-ancestors ([^;]*)/.exec(
      pageSecurityHeaders({ portalOrigins }, path)['content-security-policy'] ?? '',
    )?.[1];

  test('is framed by origins of PORTAL_ORIGINS, and by nobody else', () => {
    const origins = ['https://crm.example.com'];
    expect(ancestors('/portal', origins)).toBe("'self' https://crm.example.com");
    expect(ancestors('/settings/webhooks', origins)).toBe("'self' https://crm.example.com");
    expect(ancestors('/portal', [])).toBe("'self'");
  });

  test('that takes a password is framed by nobody', () => {
    for (const path of ['/sign-in', '/invite', '/reset', '/sign-in/']) {
      expect(ancestors(path, ['https://crm.example.com'])).toBe("'none'");
    }
  });
});
