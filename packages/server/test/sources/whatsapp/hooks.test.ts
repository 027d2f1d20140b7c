import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { LIMITS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../../src/base/ids.ts';
import { whatsappFixture } from './fixtures.ts';
import {
  APP_SECRET,
  createSource,
  makeSource,
  notificationOf,
  notify,
  signatureOf,
  type SourcesApi,
  startSources,
  textChange,
  VERIFY_TOKEN,
} from './setup.ts';

let api: SourcesApi;

beforeAll(async () => {
  api = await startSources();
});

afterAll(() => api.close());

const text = () => JSON.stringify(whatsappFixture('message', 'text'));

describe('a POST to a source', () => {
  test('is answered 200 in plain text', async () => {
    const answer = await notify(api, await makeSource(api), text());
    expect(answer).toMatchObject({ status: 200, text: 'EVENT_RECEIVED' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test.each([
    ['no signature', {}],
    ['the signature of another secret', { 'x-hub-signature-256': signatureOf(text(), 'other') }],
    ['the signature of another body', { 'x-hub-signature-256': signatureOf('{}') }],
    ['the older SHA-1 signature', { 'x-hub-signature': 'sha1=00' }],
    ['garbage for a signature', { 'x-hub-signature-256': 'sha256=zz' }],
  ])('a source refuses unsigned and wrongly signed bodies: %s', async (_what, headers) => {
    const source = await makeSource(api);
    const answer = await api.call('POST', source.path, { raw: text(), headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    expect(await api.eventsOf(source.tenantNo)).toEqual([]);
  });

  test('is judged by its bytes: the same JSON spelled otherwise needs its own signature', async () => {
    const source = await makeSource(api);
    const headers = { 'x-hub-signature-256': signatureOf(text()) };
    const answer = await api.call('POST', source.path, { raw: `${text()} `, headers });
    expect(answer.status).toBe(401);
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'no media type at all'])(
    'is taken whatever its content type says: %s',
    async (type) => {
      const source = await makeSource(api);
      const answer = await notify(api, source, text(), { 'content-type': type });
      expect(answer.status).toBe(200);
      expect(await api.eventsOf(source.tenantNo)).toHaveLength(2);
    },
  );

  test('may hold 4 MiB and no more', async () => {
    const source = await makeSource(api);
    const spaces = ' '.repeat(LIMITS.sourceBodyBytes - Buffer.byteLength(text()));
    expect((await notify(api, source, text() + spaces)).status).toBe(200);
    const tooLarge = await notify(api, source, `${text() + spaces} `);
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  test('without a body is answered 401', async () => {
    const source = await makeSource(api);
    expect((await api.call('POST', source.path)).status).toBe(401);
  });

  test.each([
    [
      'an unknown field',
      notificationOf([{ field: 'account_alerts', value: {} }]),
      'account_alerts',
    ],
    ['an unknown object', { object: 'page', entry: [] }, 'page'],
  ])('with %s is answered 200 and named in the log', async (_what, notification, kind) => {
    const source = await makeSource(api);
    expect((await notify(api, source, notification)).status).toBe(200);
    const line = api
      .logged()
      .split('\n')
      .find((one) => one.includes(source.id));
    expect(JSON.parse(line!)).toMatchObject({ level: 30, unknown: [{ kind }] });
    expect(await api.eventsOf(source.tenantNo)).toEqual([]);
  });

  test('that is signed but no JSON is answered 200, as repeating it would not help', async () => {
    const source = await makeSource(api);
    for (const raw of ['{"object":', '\xff', '']) {
      expect((await notify(api, source, raw)).status).toBe(200);
    }
    expect(api.logged()).toContain('is not JSON');
  });

  test.each([
    ['our delivery header', { 'x-sydx-delivery': 'dlv_0000000000000' }],
    ['our user agent', { 'user-agent': 'SydxAI-Webhook/1.0' }],
  ])('with %s is refused as a loop', async (_what, headers) => {
    const source = await makeSource(api);
    const answer = await notify(api, source, text(), headers);
    expect(answer).toMatchObject({ status: 422, body: { code: 'loop_refused' } });
    expect(await api.eventsOf(source.tenantNo)).toEqual([]);
  });

  test('to a source that is not there is answered 404', async () => {
    const source = await makeSource(api);
    await api.call('DELETE', `/v1/sources/${source.id}`, { key: source.key });
    for (const path of [source.path, `/hooks/${formatId('src', '1')}`, '/hooks/x']) {
      const answer = await notify(api, { path }, text());
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });

  test('is answered 503 while the node stops, so that Meta sends it again', async () => {
    const source = await makeSource(api);
    api.setStopping(true);
    expect((await notify(api, source, text())).status).toBe(503);
    api.setStopping(false);
    expect((await notify(api, source, text())).status).toBe(200);
    expect(await api.eventsOf(source.tenantNo)).toHaveLength(2);
  });

  test('for a tenant without the plan is answered 200 and leaves a line in the log', async () => {
    const source = await makeSource(api);
    await api.database.general.query("update sydx.tenants set plan = 'basic' where no = $1", [
      source.tenantNo,
    ]);
    expect((await notify(api, source, text())).status).toBe(200);
    expect(await api.eventsOf(source.tenantNo)).toEqual([]);
    const lines = api.logged().split('\n');
    expect(lines.filter((line) => line.includes(source.id) && /plan/.test(line))).toHaveLength(1);
  });
});

describe('the handshake', () => {
  const ask = async (path: string, query: Record<string, string>) =>
    api.call('GET', `${path}?${new URLSearchParams(query).toString()}`);

  test('answers the challenge to who knows the verify token', async () => {
    const { path } = await makeSource(api);
    const answer = await ask(path, {
      'hub.mode': 'subscribe',
      'hub.verify_token': VERIFY_TOKEN,
      'hub.challenge': '1158201444',
    });
    expect(answer).toMatchObject({ status: 200, text: '1158201444' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('answers 403 to a wrong token, and tells a person what the URL is for', async () => {
    const { path } = await makeSource(api);
    const wrong = await ask(path, {
      'hub.mode': 'subscribe',
      'hub.verify_token': 'guess',
      'hub.challenge': '1',
    });
    expect(wrong).toMatchObject({ status: 403, body: { code: 'verification_failed' } });
    const visited = await ask(path, {});
    expect(visited).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect(visited.body.detail).toContain('callback URL');
  });
});

describe('numbers', () => {
  const both = notificationOf(
    [textChange({ id: 'p.1', from: '491', phoneNumberId: '111' })],
    [textChange({ id: 'p.2', from: '491', phoneNumberId: '222' })],
    [textChange({ id: 'p.3', from: '491', phoneNumberId: '333' })],
  );
  const messagesOf = async (tenantNo: number) =>
    (await api.eventsOf(tenantNo)).flatMap(({ data }) => data['messageId'] ?? []);

  test('outside phoneNumberIds publish nothing', async () => {
    const source = await makeSource(api, { phoneNumberIds: ['222'] });
    expect((await notify(api, source, both)).status).toBe(200);
    expect(await messagesOf(source.tenantNo)).toEqual(['p.2']);
  });

  test("are routed to tenants by an operator's source; others are named in the log", async () => {
    const one = await api.makeTenantWithKey('route_one');
    const two = await api.makeTenantWithKey('route_two');
    const source = await createSource(api, api.operatorKey, {
      routes: { '111': one.id, '222': two.id },
    });
    expect((await notify(api, source, both)).status).toBe(200);
    expect(await messagesOf(one.no)).toEqual(['p.1']);
    expect(await messagesOf(two.no)).toEqual(['p.2']);
    const tenantIds = (await api.eventsOf(one.no)).map(({ body }) => JSON.parse(body).tenantId);
    expect(new Set(tenantIds)).toEqual(new Set(['route_one']));
    const lines = api.logged().split('\n');
    expect(lines.some((line) => line.includes(source.id) && line.includes('["333"]'))).toBe(true);
  });
});

test('whoever knows no source is refused before the body', async () => {
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /hooks/${formatId('src', '1')} HTTP/1.1\r\nHost: a\r\n` +
      `Content-Length: ${LIMITS.sourceBodyBytes}\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
  socket.destroy();
});

test('no secret of a source is ever logged', async () => {
  const source = await makeSource(api);
  await notify(api, source, text());
  await notify(api, source, '{"object":', {});
  await api.call('POST', source.path, { raw: randomBytes(8) });
  expect(api.logged()).not.toContain(APP_SECRET);
  expect(api.logged()).not.toContain(VERIFY_TOKEN);
});
