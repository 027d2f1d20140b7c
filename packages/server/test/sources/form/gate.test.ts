import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { LIMITS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourcesApi } from '../whatsapp/setup.ts';
import { json, makeForm, post, SITE, startForms, type TestForm, urlencoded } from './setup.ts';

let api: SourcesApi;
beforeAll(async () => {
  api = await startForms();
});
afterAll(async () => {
  await api.close();
});

const lead = (mail = 'a@b.example') => urlencoded({ mail });

async function countOf({ tenantNo }: TestForm): Promise<number> {
  return (await api.eventsOf(tenantNo)).length;
}

function ask(form: TestForm, origin: string) {
  return api.call('OPTIONS', form.path, {
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });
}

describe('the origin of the page', () => {
  test.each([
    ['another host', 'https://evil.example'],
    ['http for https', 'http://www.example.com'],
    ['another port', 'https://www.example.com:8443'],
    ['a host above it', 'https://example.com'],
    ['one that begins like it', 'https://www.example.com.evil.example'],
    ['capital letters', 'https://WWW.example.com'],
    ['a page without one', 'null'],
    ['a request without one', null],
    ['the word for any', '*'],
    ['the word for none', 'no-origin'],
  ])('that is not allowed is refused, and nothing is published: %s', async (_what, origin) => {
    const form = await makeForm(api);
    const answer = await post(api, form, { ...lead(), origin });
    expect(answer).toMatchObject({ status: 403, body: { code: 'origin_refused' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers['vary']).toContain('Origin');
    expect(await countOf(form)).toBe(0);
    if (origin === null) return;
    const asked = await ask(form, origin);
    expect(asked.status).toBe(403);
    expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('that is allowed may post and read the answer, refusals too', async () => {
    const form = await makeForm(api, { allowedOrigins: ['http://localhost:3000', SITE] });
    const asked = await ask(form, SITE);
    expect(asked.status).toBe(204);
    expect(asked.text).toBe('');
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': SITE,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('Content-Type'),
      vary: expect.stringContaining('Origin'),
    });
    for (const posting of [json({ mail: 'a' }), json('{"mail":'), { ...json({}), type: 'x/y' }]) {
      const { headers } = await post(api, form, posting);
      expect(headers).toMatchObject({ 'access-control-allow-origin': SITE });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
    expect(await countOf(form)).toBe(1);
  });

  test.each([
    ['*', ['https://any.example', 'null', null]],
    ['null', ['null']],
    ['no-origin', [null]],
  ])('is let in by the word %s', async (word, origins) => {
    const form = await makeForm(api, { allowedOrigins: [word] });
    for (const origin of origins) {
      const answer = await post(api, form, { ...lead(JSON.stringify(origin)), origin });
      expect(answer.status).toBe(200);
      const allowed = word === '*' ? '*' : (origin ?? undefined);
      if (origin !== null) expect(answer.headers['access-control-allow-origin']).toBe(allowed);
    }
    expect(await countOf(form)).toBe(origins.length);
    if (word === '*') return;
    expect((await post(api, form, lead())).status).toBe(403);
  });

  test('a browser asks nothing of a source that is for no browser', async () => {
    const { key } = await api.makeTenantWithKey('no_browser');
    const settings = { verifyToken: 'a-verify-token', appSecret: 'an-app-secret' };
    const body = { kind: 'whatsapp', name: 'w', settings };
    const { url } = (await api.call('POST', '/v1/sources', { key, body })).body;
    const answer = await api.call('OPTIONS', new URL(url).pathname, { headers: { origin: SITE } });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('limits', () => {
  const limits = { perMinute: 5, perNetworkPerMinute: 3 };

  test('of one network are held, and another network is not held back', async () => {
    const form = await makeForm(api, { limits });
    const send = (n: number, address: string) => post(api, form, { ...lead(`${n}`), address });
    for (const n of [1, 2, 3]) expect((await send(n, '2001:db8:1:2::1')).status).toBe(200);
    const refused = await send(4, '2001:db8:1:2:ffff::9');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['access-control-allow-origin']).toBe(SITE);
    expect((await send(5, '2001:db8:1:3::1')).status).toBe(200);
    expect(await countOf(form)).toBe(4);
  });

  test('of one source are held, and another source is not held back', async () => {
    const form = await makeForm(api, { limits });
    const neighbour = await makeForm(api, { limits });
    const statuses = [];
    for (let n = 1; n <= 6; n += 1) {
      const answer = await post(api, form, { ...lead(`${n}`), address: `203.0.113.${n}` });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await post(api, neighbour, { ...lead(), address: '203.0.113.1' })).status).toBe(200);
  });

  test('are not used up from an origin that is refused', async () => {
    const form = await makeForm(api, { limits });
    for (let n = 0; n < 9; n += 1)
      await post(api, form, { ...lead(), origin: 'https://a.example' });
    expect((await post(api, form, lead())).status).toBe(200);
  });

  test('of the body: up to 64 KiB, whatever the sender announces', async () => {
    const form = await makeForm(api);
    const fits = 'mail=a&x='.padEnd(LIMITS.formBodyBytes, 'y');
    expect((await post(api, form, { ...lead(), raw: fits })).status).toBe(200);
    const refused = await post(api, form, { ...lead(), raw: `${fits}y` });
    expect(refused).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(refused.body.detail).toContain('64 KiB');

    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const head = `POST ${form.path} HTTP/1.1\r\nHost: a\r\nOrigin: ${SITE}\r\n`;
    socket.write(`${head}Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `4000\r\n${'y'.repeat(0x4000)}\r\n`;
    for (let n = 0; n < 5; n += 1) socket.write(chunk);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect(await countOf(form)).toBe(1);
  });
});

test.each([
  ['our delivery header', { 'x-sydx-delivery': 'dlv_0000000000000' }],
  ['our user agent', { 'user-agent': 'SydxAI-Webhook/1.0' }],
])('a form source refuses a body that carries %s', async (_what, headers) => {
  const form = await makeForm(api, { allowedOrigins: ['*'] });
  const answer = await post(api, form, { ...json({ event: 'x' }), origin: null, headers });
  expect(answer).toMatchObject({ status: 422, body: { code: 'loop_refused' } });
  expect(await countOf(form)).toBe(0);
});

describe('the settings of a form source', () => {
  const create = async (settings: object) => {
    const { key } = await api.makeTenantWithKey(
      `settings_${JSON.stringify(settings).length}_${n++}`,
    );
    return api.call('POST', '/v1/sources', { key, body: { kind: 'form', name: 'f', settings } });
  };
  let n = 0;
  const fields = { email: 'mail' };

  test.each([
    ['/settings/allowedOrigins', { allowedOrigins: [], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['https://www.example.com/'], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['https://Example.com'], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['https://example.com:443'], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['https://*.example.com'], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['javascript:alert(1)'], fields }],
    ['/settings/allowedOrigins/0', { allowedOrigins: ['file://'], fields }],
    ['/settings/allowedOrigins', { allowedOrigins: [SITE, SITE], fields }],
    ['/settings/fields', { allowedOrigins: [SITE], fields: { campaign: 'c' } }],
    ['/settings/fields/fax', { allowedOrigins: [SITE], fields: { email: 'x', fax: 'y' } }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: '/thanks' }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: 'javascript:1' }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: 'https:a.example' }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: `${SITE}/a\r\nb: c` }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: `${SITE}/\0` }],
    [
      '/settings/redirectUrl',
      { allowedOrigins: [SITE], fields, redirectUrl: `${SITE}/${'é'.repeat(2000)}` },
    ],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: 'http://a.example/' }],
    ['/settings/redirectUrl', { allowedOrigins: [SITE], fields, redirectUrl: 'https://u:p@a.b/' }],
    ['/settings/limits/perMinute', { allowedOrigins: [SITE], fields, limits: { perMinute: 0 } }],
    ['/settings/routes', { allowedOrigins: [SITE], fields, routes: { '1': 'a' } }],
  ])('are refused at %s', async (pointer, settings) => {
    const answer = await create(settings);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });

  test('may lead to plain http where the site itself is', async () => {
    const allowedOrigins = ['http://localhost:3000'];
    const redirectUrl = 'http://localhost:3000/thanks';
    const made = await create({ allowedOrigins, fields, redirectUrl });
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'form', settings: { allowedOrigins, fields, redirectUrl } },
    });
  });

  test('change one by one, null takes away what need not be there, and must go together', async () => {
    const form = await makeForm(api, {
      allowedOrigins: ['http://localhost:3000'],
      redirectUrl: 'http://localhost:3000/thanks',
      honeypot: 'website',
      limits: { perMinute: 9 },
    });
    const patch = (settings: object) =>
      api.call('PATCH', `/v1/sources/${form.id}`, { key: form.key, body: { settings } });
    const apart = await patch({ allowedOrigins: [SITE] });
    expect(apart).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/settings/redirectUrl' }] },
    });
    expect((await patch({ allowedOrigins: null })).status).toBe(422);
    const changed = await patch({ allowedOrigins: [SITE], redirectUrl: null, honeypot: null });
    expect(changed.body.settings).toEqual({
      allowedOrigins: [SITE],
      fields: expect.any(Object),
      limits: { perMinute: 9 },
    });
    expect((await post(api, form, lead())).status).toBe(200);
  });

  test("are for a tenant: an operator's form source has nobody to publish for", async () => {
    const settings = { allowedOrigins: [SITE], fields };
    const body = { kind: 'form', name: 'f', settings };
    const answer = await api.call('POST', '/v1/sources', { key: api.operatorKey, body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/kind' }] } });
  });
});
