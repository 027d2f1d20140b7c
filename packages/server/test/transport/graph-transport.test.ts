import { afterEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/base/settings.ts';
import type { Transport } from '../../src/engine/ports.ts';
import { createGraphTransport } from '../../src/transport/graph-transport.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

let transport: Transport;
let receiver: Receiver;

afterEach(async () => {
  await transport.close();
  await receiver.close();
});

/** @param env of the operator; names lead to the receiver, wherever it is said to be */
async function ask(
  env: Readonly<Record<string, string>>,
  url: (receiver: Receiver) => string,
  answer?: Parameters<typeof startReceiver>[0],
) {
  receiver = await startReceiver(answer);
  transport = createGraphTransport(loadSettings(env), () => Promise.resolve(['127.0.0.1']));
  return await transport.send({
    method: 'GET',
    url: url(receiver),
    headers: { authorization: 'Bearer EAA' },
    body: '',
  });
}

test("the way to Meta's own address is guarded: a name that leads inside is refused", async () => {
  const result = await ask({}, ({ port }) => `https://graph.facebook.com:${port}/1`);
  expect(result).toMatchObject({ statusCode: null, error: 'address_refused' });
  expect(receiver.requests).toEqual([]);
});

test('an address that the operator gave may be private; it is asked with GET and no body', async () => {
  const gateway = { META_GRAPH_URL: 'http://graph.internal' };
  const result = await ask(gateway, ({ port }) => `http://graph.internal:${port}/v25.0/1`);
  expect(result.statusCode).toBe(200);
  const [request] = receiver.requests;
  expect(request).toMatchObject({ method: 'GET', path: '/v25.0/1' });
  expect(request?.headers).toMatchObject({ authorization: 'Bearer EAA' });
  expect(request?.headers['content-length']).toBeUndefined();
  expect(request?.body).toHaveLength(0);
});

test('no more than a mebibyte of an answer is read, and no redirect is followed', async () => {
  const gateway = { META_GRAPH_URL: 'http://graph.internal' };
  const huge = await ask(
    gateway,
    ({ port }) => `http://graph.internal:${port}/1`,
    (_request, response) => response.end(Buffer.alloc(3 * 1024 * 1024, 'x')),
  );
  expect(huge.responseBody).toHaveLength(1024 * 1024);
  await transport.close();
  await receiver.close();
  const moved = await ask(
    gateway,
    ({ port }) => `http://graph.internal:${port}/1`,
    (_request, response) => response.writeHead(302, { location: '/2' }).end(),
  );
  expect(moved.statusCode).toBe(302);
  expect(receiver.requests).toHaveLength(1);
});
