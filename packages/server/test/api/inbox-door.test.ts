import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { METHODS } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;
let port: number;
let key: string;
let inbox: { id: string; url: string };
let path: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = api.app.server.address() as AddressInfo);
  ({ key } = await api.makeTenantWithKey('acme'));
  inbox = (await api.call('POST', '/v1/inboxes', { key, body: {} })).body;
  path = new URL(inbox.url).pathname;
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

/** Sends these bytes and gives all that comes back until the other side hangs up. */
async function raw(...pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  // Refused while it still sends: what was answered before counts.
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  for (const piece of pieces) socket.write(piece);
  await closed;
  return text;
}

const head = (method: string, ...lines: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n');

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

async function last() {
  const answer = await api.call('GET', `/v1/inboxes/${inbox.id}/requests?limit=100`, { key });
  return answer.body.data.at(-1);
}

test('every method that HTTP has is kept', async () => {
  for (const method of METHODS.filter((one) => one !== 'CONNECT')) {
    const answer = await raw(head(method, 'Content-Length: 2'), 'hi');
    expect(`${method} ${statusOf(answer)}`).toBe(`${method} 200`);
    expect(await last()).toMatchObject({ method, bodyText: 'hi' });
  }
});

test('any bytes in any type, chunked or not, are kept as they came', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  for (const type of ['image/png', 'application/json', 'nonsense', '; ;', 'text/html; charset=x']) {
    const answer = await raw(head('POST', `Content-Type: ${type}`, 'Content-Length: 256'), bytes);
    expect(statusOf(answer)).toBe(200);
    expect((await last()).bodyBase64).toBe(bytes.toString('base64'));
  }
  const chunked = head('POST', 'Transfer-Encoding: chunked');
  expect(statusOf(await raw(chunked, '3\r\nabc\r\n', '2\r\nde\r\n0\r\n\r\n'))).toBe(200);
  expect((await last()).bodyText).toBe('abcde');
});

test('headers come as they were: spelling, order, repeats, bytes of latin1', async () => {
  await raw(
    Buffer.from(
      head('POST', 'X-Odd: \xe9', 'x-ODD: two', 'Cookie: a=1', 'Content-Length: 0'),
      'latin1',
    ),
  );
  const { headers } = await last();
  expect(headers.slice(2, 5)).toEqual([
    { name: 'X-Odd', value: '\xe9' },
    { name: 'x-ODD', value: 'two' },
    { name: 'Cookie', value: 'a=1' },
  ]);
});

test('the session of somebody who follows a link to an inbox is shown to nobody', async () => {
  const cookies = [
    'sydx_session=stolen',
    'a=1; __Host-sydx_session=stolen; b=2',
    ' SYDX_SESSION = stolen ;sydx_session="stolen"',
  ];
  for (const cookie of cookies) {
    await raw(head('GET', `cookie: ${cookie}`));
    expect(JSON.stringify(await last())).not.toContain('stolen');
  }
  await raw(head('GET', `Cookie: a=1; __Host-sydx_session=stolen; not_sydx_session=2`));
  const { headers } = await last();
  expect(headers.at(-1)).toEqual({
    name: 'Cookie',
    value: 'a=1; __Host-sydx_session=(hidden); not_sydx_session=2',
  });
});

test('nothing that arrived is sent back, and what is answered runs in no browser', async () => {
  const script = '<script>alert(1)</script>';
  const answer = await raw(head('POST', `X-Odd: ${script}`, 'Content-Length: 25'), script);
  expect(answer).not.toContain('script');
  expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  expect(answer.toLowerCase()).toContain("content-security-policy: default-src 'none'");
});

test('huge headers, endless bodies and what is no HTTP are refused, and the next is taken', async () => {
  const before = (await last()).number;
  expect(statusOf(await raw(head('POST', `X-Long: ${'a'.repeat(64 * 1024)}`)))).toBe(431);
  const endless = Array.from({ length: 40 }, () => `2000\r\n${'x'.repeat(0x2000)}\r\n`);
  expect([413, Number.NaN]).toContain(
    statusOf(await raw(head('POST', 'Transfer-Encoding: chunked'), ...endless)),
  );
  const announced = await raw(head('POST', 'Content-Length: 99999999999'), 'x');
  expect([400, 413]).toContain(statusOf(announced));
  expect(statusOf(await raw('\x16\x03\x01 not http at all\r\n\r\n'))).toBe(400);
  expect((await last()).number).toBe(before);
  expect(statusOf(await raw(head('POST', 'Content-Length: 0')))).toBe(200);
});

test('a body that drips is given up after ten seconds, and one that breaks off at once', async () => {
  const before = (await last()).number;
  const socket = connect(port, '127.0.0.1');
  socket.write(head('POST', 'Content-Length: 5') + 'a');
  await once(socket, 'connect');
  socket.destroy();
  const slow = await raw(head('POST', 'Content-Length: 5'), 'a');
  expect(statusOf(slow)).toBe(408);
  expect((await last()).number).toBe(before);
  const metrics = await api.metrics.registry.metrics();
  expect(metrics).toContain('sydx_inbox_requests_total{result="too_slow"} 1');
}, 60_000);

test('more than 64 at once are told to come again, and what is set to be slow does not hold up others', async () => {
  const slow = (
    await api.call('POST', '/v1/inboxes', { key, body: { answer: { delayMs: 3_000 } } })
  ).body;
  const url = `http://127.0.0.1:${port}${new URL(slow.url).pathname}`;
  const many = Array.from({ length: 70 }, () => fetch(url, { method: 'POST' }));
  expect(statusOf(await raw(head('POST', 'Content-Length: 0')))).toBe(200);
  const codes = (await Promise.all(many)).map(({ status }) => status);
  expect(codes.filter((code) => code === 429).length).toBeGreaterThan(0);
  expect(codes.filter((code) => code === 200).length).toBeGreaterThanOrEqual(64);
}, 60_000);
