import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashToken } from '../../src/auth/tokens.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { browserWith, cookieOf, makePerson, PASSWORD, signIn } from '../kit/people.ts';

let database: TestDatabase;
let api: TestApi;
let otherNode: TestApi;
let secure: TestApi;
let acme: { id: string; no: number; key: string };
let other: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  // Tests say by X-Forwarded-For where they come from.
  const env = { TRUST_PROXY: '127.0.0.0/8' };
  api = await startTestApi(database.url, { env });
  otherNode = await startTestApi(database.url, { env });
  secure = await startTestApi(database.url, {
    env: { ...env, PUBLIC_URL: 'https://hooks.example.com' },
  });
  acme = await api.makeTenantWithKey('acme');
  other = await api.makeTenantWithKey('other');
});

afterAll(async () => {
  await api.close();
  await otherNode.close();
  await secure.close();
  await database.drop();
});

const someone = (role: 'admin' | 'agent' = 'admin') =>
  makePerson(api, [{ tenantNo: acme.no, role }]);

/** From an address of its own each time, unless one is given. */
function attempt(
  email: string,
  password: string,
  where: { node?: TestApi; from?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { node = api, from = anAddress(), headers = {} } = where;
  return node.call('POST', '/v1/session', {
    body: { email, password },
    headers: { 'x-forwarded-for': from, ...headers },
  });
}

function anAddress(): string {
  return `10.${[...randomBytes(3)].join('.')}`;
}

describe('signing in', () => {
  test('takes no more than an e-mail address and a password need', async () => {
    const raw = JSON.stringify({ email: 'a@example.com', password: 'x', more: 'y'.repeat(40_000) });
    for (const path of ['/v1/session', '/v1/links/inspect', '/v1/portal-sessions']) {
      expect((await api.call('POST', path, { raw })).status).toBe(413);
    }
    const longest = { email: 'a@example.com', password: '\u{1f600}'.repeat(500) };
    const escaped = JSON.stringify(longest).replaceAll(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
    );
    const headers = { 'x-forwarded-for': anAddress() };
    expect((await api.call('POST', '/v1/session', { raw: escaped, headers })).status).toBe(401);
  });

  test('session cookies are HttpOnly and SameSite: scripts and other sites cannot use them', async () => {
    const { email, id } = await someone();
    const answer = await attempt(` ${email.toUpperCase()}`, PASSWORD);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      kind: 'person',
      person: { id, email, name: email },
      tenant: { id: 'acme', name: 'acme', plan: 'pro' },
      role: 'admin',
      tenants: [{ id: 'acme', name: 'acme', plan: 'pro', role: 'admin' }],
      expiresAt: expect.any(String) as string,
    });
    const daysLeft = (Date.parse(answer.body.expiresAt) - Date.now()) / 86_400_000;
    expect(daysLeft).toBeCloseTo(14, 1);
    expect(answer.headers['set-cookie']).toMatch(
      /^sydx_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
    const browser = browserWith(api, cookieOf(answer));
    expect((await browser.call('GET', '/v1/session')).body).toEqual(answer.body);
    expect((await browser.call('GET', '/v1/webhooks')).status).toBe(200);
  });

  test('sets a __Host- cookie that is Secure where PUBLIC_URL is https', async () => {
    const { email } = await someone();
    const answer = await attempt(email, PASSWORD, { node: secure });
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-sydx_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
    const browser = browserWith(secure, cookieOf(answer));
    expect((await browser.call('GET', '/v1/session')).status).toBe(200);
    // A cookie that a sister site could have set counts for nothing.
    const { cookie } = browserWith(secure, cookieOf(answer).replace('__Host-', ''));
    const unsafe = await secure.call('GET', '/v1/session', { headers: { cookie } });
    expect(unsafe.status).toBe(401);
  });

  test('stores neither the password nor the token in clear, and logs neither', async () => {
    const { email } = await someone();
    const { cookie } = await signIn(api, email);
    const token = cookie.split('=')[1] ?? '';
    const { rows } = await api.database.general.query(
      `select encode(token_hash, 'hex') as hash, s::text as session, p::text as person
       from sydx.sessions s join sydx.people p on p.id = s.person_id where p.email = $1`,
      [email],
    );
    expect(rows[0].hash).toBe(hashToken(token).toString('hex'));
    const everything = JSON.stringify(rows) + api.logged();
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(PASSWORD);
    expect(rows[0].person).toContain('$argon2id$');
  });

  test('does not tell whether a person exists, neither by its answer nor by its time', async () => {
    const { email } = await someone();
    const lonely = await makePerson(api, []);
    const timed = async (who: string, password = 'wrong') => {
      const startedAt = performance.now();
      const { status, body, headers } = await attempt(who, password);
      const ms = performance.now() - startedAt;
      return {
        ms,
        told: { status, body, names: Object.keys(headers).filter((n) => n !== 'date') },
      };
    };
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let n = 0; n < 7; n += 1) {
      const wrong = await timed(email);
      const unknown = await timed(`nobody${n}@example.com`);
      expect(wrong.told.status).toBe(401);
      expect(wrong.told.body.code).toBe('sign_in_failed');
      expect(unknown.told).toEqual(wrong.told);
      times.known.push(wrong.ms);
      times.unknown.push(unknown.ms);
    }
    const median = (list: number[]) => list.toSorted((a, b) => a - b)[3] ?? 0;
    const ratio = median(times.known) / median(times.unknown);
    expect(ratio).toBeGreaterThan(1 / 3);
    expect(ratio).toBeLessThan(3);
    // Somebody who belongs to no account any more is a stranger as well.
    const { told } = await timed(lonely.email, PASSWORD);
    expect(told.body.code).toBe('sign_in_failed');
  });

  test('is rate-limited and does not tell whether a person exists: ten guesses, on all nodes together', async () => {
    const { email } = await someone();
    const told: unknown[] = [];
    for (const who of [email, 'nobody-at-all@example.com']) {
      const from = anAddress();
      for (let n = 0; n < 10; n += 1) {
        const node = n % 2 === 0 ? api : otherNode;
        expect((await attempt(who, 'wrong', { node, from })).status).toBe(401);
      }
      const refused = await attempt(who, PASSWORD, { from });
      told.push({ ...refused.body, detail: refused.body.detail.replace(/\d+ s/, 'N s') });
      expect(refused.status).toBe(429);
      expect(refused.body.code).toBe('rate_limited');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    }
    expect(told[0]).toEqual(told[1]);
  });

  test('is not refused to its owner because somebody guesses from elsewhere', async () => {
    const { email } = await someone();
    const from = anAddress();
    for (let n = 0; n < 12; n += 1) await attempt(email, 'wrong', { from });
    expect((await attempt(email, PASSWORD, { from })).status).toBe(429);
    expect((await attempt(email, PASSWORD)).status).toBe(200);
    // And the owner's sign-in gives the guesser nothing back.
    expect((await attempt(email, 'wrong', { from })).status).toBe(429);
  });

  test('gives the guesses back to whoever knows the password', async () => {
    const { email } = await someone();
    const from = anAddress();
    for (let n = 0; n < 9; n += 1) await attempt(email, 'wrong', { from });
    expect((await attempt(email, PASSWORD, { from })).status).toBe(200);
    for (let n = 0; n < 9; n += 1) {
      expect((await attempt(email, 'wrong', { from })).status).toBe(401);
    }
    expect((await attempt(email, PASSWORD, { from })).status).toBe(200);
  });

  test('lets sixty guesses an address through, a /64 of IPv6 being one address', async () => {
    const until = async (from: (n: number) => string) => {
      for (let n = 0; n < 80; n += 1) {
        const { status } = await attempt(`a${n}@example.org`, 'wrong', { from: from(n) });
        if (status === 429) return n;
      }
      return Infinity;
    };
    await api.database.general.query(
      `insert into sydx.rate_limits select bucket, clock_timestamp() + interval '150 seconds'
       from (select sha256(convert_to('sign-in address ' || a, 'UTF8')) as bucket
             from unnest(array['192.0.2.9', '2001:db8:0:1::/64']) as a) b`,
    );
    expect(await until(() => '192.0.2.9')).toBeLessThan(15);
    expect(await until((n) => `2001:db8:0:1::${n}`)).toBeLessThan(15);
    expect((await attempt('b@example.org', 'wrong', { from: '2001:db8:0:2::1' })).status).toBe(401);
  }, 60_000);

  test.each([
    ['a body that is no object', '[]'],
    ['a missing password', '{"email":"a@example.com"}'],
    ['no e-mail address', '{"email":"a","password":"x"}'],
    ['an unknown field', '{"email":"a@example.com","password":"x","admin":true}'],
  ])('refuses %s with 422', async (_name, raw) => {
    const answer = await api.call('POST', '/v1/session', { raw });
    expect(`${answer.status} ${answer.body.code}`).toBe('422 invalid_body');
  });
});

describe('another site', () => {
  const told = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`;

  test.each([
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { host: 'localhost:8080', origin: 'http://evil.example' }],
    ['another port', { host: 'localhost:8080', origin: 'http://localhost:3000' }],
    ['a sandboxed frame', { host: 'localhost:8080', origin: 'null' }],
  ])('cannot change anything with the cookie: %s', async (_name, headers) => {
    const { email } = await someone();
    const { cookie } = await signIn(api, email);
    const signOut = await api.call('DELETE', '/v1/session', { headers: { cookie, ...headers } });
    expect(told(signOut)).toBe('403 cross_site_refused');
    const body = { name: 'x', url: 'http://127.0.0.1:9/', events: ['flow.completed'] };
    const create = await api.call('POST', '/v1/webhooks', {
      headers: { cookie, ...headers },
      body,
    });
    expect(told(create)).toBe('403 cross_site_refused');
    // Nor sign somebody in as somebody else.
    expect(told(await attempt(email, PASSWORD, { headers }))).toBe('403 cross_site_refused');
  });

  test.each([
    ['the dashboard itself', { 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['localhost', { host: 'localhost:8080', origin: 'http://localhost:8080' }],
    ['127.0.0.1', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
    ['PUBLIC_URL behind a proxy', { host: 'internal:81', origin: 'http://127.0.0.1:8080' }],
    ['a program', {}],
  ])('is not %s', async (_name, headers) => {
    const { email } = await someone();
    const { cookie } = await signIn(api, email);
    const signOut = await api.call('DELETE', '/v1/session', { headers: { cookie, ...headers } });
    expect(signOut.status).toBe(204);
  });

  test('is no matter to a key, which no browser adds by itself', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
    const body = { name: 'x', scopes: ['deliveries:read'] };
    const made = await api.call('POST', '/v1/api-keys', { key: acme.key, body, headers });
    expect(made.status).toBe(201);
  });
});

describe('a session', () => {
  test('ends where one signs out, and nowhere else', async () => {
    const { email } = await someone();
    const [here, there] = [await signIn(api, email), await signIn(api, email)];
    const answer = await here.call('DELETE', '/v1/session');
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toMatch(/^sydx_session=; Path=\/; Max-Age=0;/);
    expect((await here.call('GET', '/v1/session')).body.code).toBe('session_ended');
    expect((await there.call('GET', '/v1/session')).status).toBe(200);
  });

  test('ends everywhere, on every node within a second', async () => {
    const { email } = await someone();
    const [here, there] = [await signIn(api, email), await signIn(api, email)];
    const elsewhere = browserWith(otherNode, there.cookie);
    expect((await elsewhere.call('GET', '/v1/session')).status).toBe(200);
    expect((await here.call('DELETE', '/v1/sessions')).status).toBe(204);
    expect((await there.call('GET', '/v1/session')).status).toBe(401);
    await withinASecond(async () => (await elsewhere.call('GET', '/v1/webhooks')).status === 401);
  });

  test('of an admin who becomes an agent is an agent’s on every node within a second', async () => {
    const boss = await signIn(api, (await someone()).email);
    const person = await someone();
    const elsewhere = await signIn(otherNode, person.email);
    expect((await elsewhere.call('GET', '/v1/webhooks')).status).toBe(200);
    const body = { role: 'agent' };
    expect((await boss.call('PATCH', `/v1/members/${person.id}`, { body })).body.role).toBe(
      'agent',
    );
    await withinASecond(async () => (await elsewhere.call('GET', '/v1/webhooks')).status === 403);
    expect((await elsewhere.call('GET', '/v1/webhooks')).body.code).toBe('admin_only');
    expect((await elsewhere.call('GET', '/v1/session')).body.role).toBe('agent');
  });

  test('of a member who is removed is over on every node within a second', async () => {
    const boss = await signIn(api, (await someone()).email);
    const person = await someone();
    const elsewhere = await signIn(otherNode, person.email);
    expect((await elsewhere.call('GET', '/v1/webhooks')).status).toBe(200);
    expect((await boss.call('DELETE', `/v1/members/${person.id}`)).status).toBe(204);
    await withinASecond(async () => (await elsewhere.call('GET', '/v1/session')).status === 401);
  });

  test('slides while it is used, and ends after 14 days unused or 60 in all', async () => {
    const { email } = await someone();
    const browser = await signIn(api, email);
    const age = async (set: string) => {
      await api.database.general.query(
        `update sydx.sessions set ${set} where person_id = (select id from sydx.people where email = $1)`,
        [email],
      );
      // The node remembers for a second what it knew.
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      return browser.call('GET', '/v1/session');
    };
    const daysLeft = ({ body }: Answer) => (Date.parse(body.expiresAt) - Date.now()) / 86_400_000;
    const used = await age(
      "last_seen_at = now() - interval '10 days', expires_at = now() + interval '4 days'",
    );
    expect(daysLeft(used)).toBeCloseTo(14, 1);
    const old = await age(
      "created_at = now() - interval '55 days', last_seen_at = now() - interval '1 day'",
    );
    expect(daysLeft(old)).toBeCloseTo(5, 1);
    const over = await age("expires_at = now() - interval '1 second'");
    expect(`${over.status} ${over.body.code}`).toBe('401 session_ended');
  });

  test('switches between the tenants of its person, and to no other', async () => {
    const { email } = await makePerson(api, [
      { tenantNo: acme.no, role: 'admin' },
      { tenantNo: other.no, role: 'agent' },
    ]);
    await api.makeTenantWithKey('third');
    const browser = await signIn(api, email);
    const first = await browser.call('GET', '/v1/session');
    expect(first.body.tenant.id).toBe('acme');
    expect(first.body.tenants).toHaveLength(2);
    const switched = await browser.call('PATCH', '/v1/session', { body: { tenantId: 'other' } });
    expect(switched.body).toMatchObject({ tenant: { id: 'other' }, role: 'agent' });
    expect((await browser.call('GET', '/v1/webhooks')).body.code).toBe('admin_only');
    const strange = await browser.call('PATCH', '/v1/session', { body: { tenantId: 'third' } });
    expect(strange.status).toBe(404);
    await browser.call('PATCH', '/v1/session', { body: { tenantId: 'acme' } });
    expect((await browser.call('GET', '/v1/webhooks')).status).toBe(200);
  });

  test('is no bearer token', async () => {
    const { cookie } = await signIn(api, (await someone()).email);
    const key = cookie.split('=')[1] ?? '';
    expect((await api.call('GET', '/v1/session', { key })).status).toBe(401);
  });
});

describe('a password', () => {
  const NEW = 'a longer and better one';

  test('that is changed ends every other session, and the old one opens nothing', async () => {
    const { email } = await someone();
    const [here, there] = [await signIn(api, email), await signIn(otherNode, email)];
    const body = { currentPassword: PASSWORD, newPassword: NEW };
    expect((await here.call('POST', '/v1/password', { body })).status).toBe(204);
    expect((await here.call('GET', '/v1/session')).status).toBe(200);
    await withinASecond(async () => (await there.call('GET', '/v1/session')).status === 401);
    expect((await attempt(email, PASSWORD)).status).toBe(401);
    expect((await attempt(email, NEW)).status).toBe(200);
  });

  test('is changed only by whoever knows it, and to one of 8 characters or more', async () => {
    const { email } = await someone();
    const browser = await signIn(api, email);
    const change = (currentPassword: string, newPassword: string) =>
      browser.call('POST', '/v1/password', { body: { currentPassword, newPassword } });
    const wrong = await change('wrong', NEW);
    expect(`${wrong.status} ${wrong.body.code}`).toBe('401 sign_in_failed');
    const short = await change(PASSWORD, 'short');
    expect(short.body.errors).toEqual([
      { pointer: '/newPassword', detail: 'must have at least 8 characters' },
    ]);
    expect((await attempt(email, PASSWORD)).status).toBe(200);
  });
});

async function withinASecond(holds: () => Promise<boolean>): Promise<void> {
  const since = performance.now();
  await eventually('the other node knows', holds);
  expect(performance.now() - since).toBeLessThan(1_100);
}
