import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  type Browser,
  browserWith,
  cookieOf,
  makePerson,
  PASSWORD,
  signIn,
  type TestPerson,
  tokenOf,
} from '../kit/people.ts';

interface Account {
  readonly id: string;
  readonly no: number;
  readonly key: string;
  readonly person: TestPerson;
  readonly admin: Browser;
}

const NEW = 'chosen by the person';

let database: TestDatabase;
let api: TestApi;
let otherNode: TestApi;
let acme: Account;
let other: Account;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  otherNode = await startTestApi(database.url);
  acme = await makeAccount('acme');
  other = await makeAccount('other');
});

afterAll(async () => {
  await api.close();
  await otherNode.close();
  await database.drop();
});

async function makeAccount(id: string): Promise<Account> {
  const tenant = await api.makeTenantWithKey(id);
  const person = await makePerson(api, [{ tenantNo: tenant.no, role: 'admin' }]);
  return { ...tenant, person, admin: await signIn(api, person.email) };
}

const told = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim();

async function invite(account: Account, email: string, role = 'agent'): Promise<string> {
  const answer = await account.admin.call('POST', '/v1/invites', { body: { email, role } });
  expect(answer.status).toBe(201);
  return tokenOf(answer.body.url);
}

const inspect = (token: string, headers = {}) =>
  api.call('POST', '/v1/links/inspect', { body: { token }, headers });
const accept = (body: object, headers = {}) =>
  api.call('POST', '/v1/links/accept', { body, headers });

async function expireLinks(): Promise<void> {
  await api.database.general.query(
    "update sydx.links set expires_at = now() - interval '1 second'",
  );
}

describe('an invitation', () => {
  test('is a one-time link that lets a newcomer choose a password', async () => {
    const body = { email: 'Ada@Example.com ', role: 'admin' };
    const created = await acme.admin.call('POST', '/v1/invites', { body });
    expect(created.status).toBe(201);
    const { url, ...shown } = created.body;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/invite#[A-Za-z0-9_-]{43}$/);
    expect(shown).toMatchObject({ email: 'ada@example.com', role: 'admin' });
    expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBeCloseTo(
      7 * 86_400_000,
      -4,
    );
    // Shown once: neither list nor log nor table holds it.
    const list = await acme.admin.call('GET', '/v1/invites');
    expect(list.body.data).toEqual([shown]);
    const token = tokenOf(url);
    const { rows } = await api.database.general.query('select * from sydx.links');
    expect(list.text + JSON.stringify(rows) + api.logged()).not.toContain(token);

    expect((await inspect(token)).body).toEqual({
      purpose: 'invite',
      email: 'ada@example.com',
      tenantName: 'acme',
      role: 'admin',
      hasAccount: false,
      needsPassword: true,
    });
    const without = await accept({ token });
    expect(without.body.errors).toEqual([
      { pointer: '/password', detail: 'is required by this link' },
    ]);
    const joined = await accept({ token, password: NEW, name: 'Ada' });
    expect(joined.status).toBe(200);
    expect(joined.body).toMatchObject({
      person: { email: 'ada@example.com', name: 'Ada' },
      tenant: { id: 'acme' },
      role: 'admin',
    });
    const ada = browserWith(api, cookieOf(joined));
    expect((await ada.call('GET', '/v1/webhooks')).status).toBe(200);
    expect((await acme.admin.call('GET', '/v1/invites')).body.data).toEqual([]);
    await signIn(api, 'ada@example.com', NEW);
    expect(told(await accept({ token, password: NEW }))).toBe('410 link_used');
    expect(told(await inspect(token))).toBe('410 link_used');
  });

  test('lets exactly one of many in who open it at once', async () => {
    const token = await invite(acme, 'crowd@example.com');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => accept({ token, password: NEW })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('ends after seven days, when it is taken back, and when a newer one replaces it', async () => {
    const late = await invite(acme, 'late@example.com');
    await expireLinks();
    expect(told(await accept({ token: late, password: NEW }))).toBe('410 link_expired');
    expect((await acme.admin.call('GET', '/v1/invites')).body.data).toEqual([]);

    const first = await invite(acme, 'twice@example.com');
    const second = await invite(acme, 'twice@example.com');
    expect(told(await inspect(first))).toBe('404 link_unknown');
    expect((await inspect(second)).status).toBe(200);
    const [{ id }] = (await acme.admin.call('GET', '/v1/invites')).body.data;
    expect((await acme.admin.call('DELETE', `/v1/invites/${id}`)).status).toBe(204);
    expect(told(await accept({ token: second, password: NEW }))).toBe('404 link_unknown');
    expect(told(await inspect('never-made'))).toBe('404 link_unknown');
  });

  test('is refused for somebody who is a member already', async () => {
    const body = { email: acme.person.email, role: 'agent' };
    expect(told(await acme.admin.call('POST', '/v1/invites', { body }))).toBe('409 conflict');
  });

  test('adds a membership to an existing person and leaves the password as it is', async () => {
    const { email } = other.person;
    const token = await invite(acme, email);
    expect((await inspect(token)).body).toMatchObject({ hasAccount: true, needsPassword: true });
    // Whoever made the link could open it, so the link alone lets nobody in as somebody else.
    expect(told(await accept({ token }))).toBe('422 invalid_body');
    expect(told(await accept({ token, password: NEW }))).toBe('401 sign_in_failed');
    const { cookie } = acme.admin;
    expect(told(await accept({ token }, { cookie }))).toBe('422 invalid_body');
    const joined = await accept({ token, password: PASSWORD });
    expect(joined.body).toMatchObject({ tenant: { id: 'acme' }, role: 'agent' });
    expect(joined.body.tenants.map(({ id }: { id: string }) => id).toSorted()).toEqual([
      'acme',
      'other',
    ]);
    await signIn(api, email, PASSWORD);
  });

  test('needs no password from the very person who is signed in', async () => {
    const third = await makeAccount('third');
    const token = await invite(acme, third.person.email, 'admin');
    const { cookie } = third.admin;
    expect((await inspect(token, { cookie })).body.needsPassword).toBe(false);
    const joined = await accept({ token }, { cookie });
    expect(joined.body.tenant.id).toBe('acme');
    // The browser has a new cookie, and the one before is over.
    expect((await third.admin.call('GET', '/v1/session')).status).toBe(401);
    expect(cookieOf(joined)).not.toBe(cookie);
  });

  test('lets somebody start afresh who was removed from everywhere', async () => {
    const left = await makePerson(api, [{ tenantNo: acme.no, role: 'agent' }]);
    await acme.admin.call('DELETE', `/v1/members/${left.id}`);
    const token = await invite(acme, left.email);
    expect((await inspect(token)).body).toMatchObject({ hasAccount: false, needsPassword: true });
    const joined = await accept({ token, password: NEW });
    expect(joined.body.person.id).toBe(left.id);
  });

  test('is how the operator gives a new tenant its first admin', async () => {
    const acting = { key: api.operatorKey, headers: { 'sydx-tenant': 'fresh' } };
    await api.call('POST', '/v1/tenants', { key: api.operatorKey, body: { id: 'fresh' } });
    const body = { email: 'first@example.com', role: 'admin' };
    const { url } = (await api.call('POST', '/v1/invites', { ...acting, body })).body;
    const joined = await accept({ token: tokenOf(url), password: NEW });
    expect(joined.body).toMatchObject({ tenant: { id: 'fresh' }, role: 'admin' });
  });
});

describe('members', () => {
  test('are listed newest first, of this tenant alone', async () => {
    const account = await makeAccount('listed');
    const agent = await makePerson(api, [{ tenantNo: account.no, role: 'agent' }]);
    const { body } = await account.admin.call('GET', '/v1/members');
    expect(body.data).toEqual([
      {
        id: agent.id,
        email: agent.email,
        name: agent.email,
        role: 'agent',
        createdAt: expect.any(String) as string,
        lastSeenAt: null,
      },
      expect.objectContaining({
        id: account.person.id,
        role: 'admin',
        lastSeenAt: expect.any(String) as string,
      }),
    ]);
    const paged = await account.admin.call('GET', '/v1/members?limit=1');
    expect(paged.body.data[0].id).toBe(agent.id);
    const next = `/v1/members?limit=1&cursor=${paged.body.nextCursor}`;
    expect((await account.admin.call('GET', next)).body).toMatchObject({
      data: [{ id: account.person.id }],
      nextCursor: null,
    });
  });

  test('never lose their last admin', async () => {
    const account = await makeAccount('alone');
    const path = `/v1/members/${account.person.id}`;
    const demoted = await account.admin.call('PATCH', path, { body: { role: 'agent' } });
    expect(told(demoted)).toBe('409 last_admin');
    expect(told(await account.admin.call('DELETE', path))).toBe('409 last_admin');
    expect((await account.admin.call('GET', '/v1/webhooks')).status).toBe(200);
  });

  test('keep one admin when all admins remove each other at once on two nodes', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { no, key } = await api.makeTenantWithKey(`round-${round}`);
      const admins = await Promise.all(
        [1, 2, 3].map(() => makePerson(api, [{ tenantNo: no, role: 'admin' }])),
      );
      const answers = await Promise.all(
        admins.map(({ id }, n) => {
          const node = n % 2 === 0 ? api : otherNode;
          return n === 1
            ? node.call('PATCH', `/v1/members/${id}`, { key, body: { role: 'agent' } })
            : node.call('DELETE', `/v1/members/${id}`, { key });
        }),
      );
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
      const { body } = await api.call('GET', '/v1/members', { key });
      const left = body.data.filter(({ role }: { role: string }) => role === 'admin');
      expect(left).toHaveLength(1);
    }
  });

  test('of one tenant are strangers to another', async () => {
    const path = `/v1/members/${acme.person.id}`;
    const account = await makeAccount('strangers');
    expect(told(await account.admin.call('DELETE', path))).toBe('404 not_found');
    expect(told(await account.admin.call('POST', `${path}/reset-link`))).toBe('404 not_found');
  });
});

describe('a reset link', () => {
  test('sets a new password once, and ends every session of the person', async () => {
    const person = await makePerson(api, [{ tenantNo: acme.no, role: 'agent' }]);
    const before = await signIn(api, person.email);
    const made = await acme.admin.call('POST', `/v1/members/${person.id}/reset-link`);
    expect(made.status).toBe(201);
    expect(made.body.url).toMatch(/\/reset#[A-Za-z0-9_-]{43}$/);
    expect((Date.parse(made.body.expiresAt) - Date.now()) / 3_600_000).toBeCloseTo(24, 1);
    const token = tokenOf(made.body.url);
    expect((await inspect(token)).body).toEqual({
      purpose: 'reset',
      email: person.email,
      tenantName: 'acme',
      hasAccount: true,
      needsPassword: true,
    });
    const done = await accept({ token, password: NEW });
    expect(done.body.person.email).toBe(person.email);
    expect((await before.call('GET', '/v1/session')).status).toBe(401);
    expect((await browserWith(api, cookieOf(done)).call('GET', '/v1/session')).status).toBe(200);
    await signIn(api, person.email, NEW);
    await expect(signIn(api, person.email, PASSWORD)).rejects.toThrow('sign_in_failed');
    expect(told(await accept({ token, password: NEW }))).toBe('410 link_used');
  });

  test('expires, and is replaced by a newer one', async () => {
    const person = await makePerson(api, [{ tenantNo: acme.no, role: 'agent' }]);
    const make = async () =>
      tokenOf((await acme.admin.call('POST', `/v1/members/${person.id}/reset-link`)).body.url);
    const first = await make();
    const second = await make();
    expect(told(await accept({ token: first, password: NEW }))).toBe('404 link_unknown');
    await expireLinks();
    expect(told(await accept({ token: second, password: NEW }))).toBe('410 link_expired');
  });

  test('of one account cannot open another that the person belongs to as well', async () => {
    const person = await makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
    const path = `/v1/members/${person.id}/reset-link`;
    const token = tokenOf((await acme.admin.call('POST', path)).body.url);
    // Joins another account after the link was made.
    const invited = await invite(other, person.email);
    expect((await accept({ token: invited, password: PASSWORD })).status).toBe(200);
    expect(told(await accept({ token, password: NEW }))).toBe('409 member_of_several');
    expect(told(await acme.admin.call('POST', path))).toBe('409 member_of_several');
    await signIn(api, person.email, PASSWORD);
    // The operator can help.
    const body = { email: person.email.toUpperCase() };
    const made = await api.call('POST', '/v1/reset-links', { key: api.operatorKey, body });
    expect(made.status).toBe(201);
    const done = await accept({ token: tokenOf(made.body.url), password: NEW });
    expect(done.status).toBe(200);
    const nobody = { email: 'nobody@example.com' };
    const none = await api.call('POST', '/v1/reset-links', { key: api.operatorKey, body: nobody });
    expect(told(none)).toBe('404 not_found');
  });
});
