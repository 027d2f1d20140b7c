import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Transport } from '../../src/engine/ports.ts';
import { type Receiver, startReceiver, startSilentReceiver } from '../kit/receivers.ts';
import { DEADLINE_MS, loopbackTransport, post } from './setup.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
function using<T extends Receiver | Transport>(one: T): T {
  open.unshift(one);
  return one;
}

test('a 2xx is success: status, headers, body and a monotonic duration are told', async () => {
  const receiver = using(
    await startReceiver((_request, response) => {
      response.writeHead(202, { 'X-Trace': 'abc', 'Retry-After': '7' }).end('thanks');
    }),
  );
  const transport = using(loopbackTransport());
  const result = await post(transport, `${receiver.origin}/hook?x=1`);
  expect(result).toMatchObject({ statusCode: 202, error: null, retryAfter: '7' });
  expect(result.responseBody?.toString()).toBe('thanks');
  expect(result.responseHeaders).toContainEqual(['x-trace', 'abc']);
  expect(result.durationMs).toBeGreaterThan(0);
  expect(result.durationMs).toBeLessThan(DEADLINE_MS);
});

test('a Retry-After that is sent twice is none', async () => {
  const receiver = using(
    await startReceiver((_request, response) => {
      response.writeHead(503, [
        ['Retry-After', '7'],
        ['Retry-After', '9'],
      ]);
      response.end();
    }),
  );
  const result = await post(using(loopbackTransport()), `${receiver.origin}/`);
  expect(result).toMatchObject({ statusCode: 503, retryAfter: null });
});

test('the exact bytes arrive with the caller’s headers, and no encoding is asked for', async () => {
  const receiver = using(await startReceiver());
  const transport = using(loopbackTransport());
  const body = JSON.stringify({ name: 'Zoë 😀', nul: '\u0000' });
  await transport.send({
    url: `${receiver.origin}/hook?x=1`,
    headers: { 'content-type': 'application/json', 'X-Sydx-Event': 'message.received' },
    body: Buffer.from(body),
  });
  const [request] = receiver.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/hook?x=1' });
  expect(request?.body.toString()).toBe(body);
  expect(request?.headers).toMatchObject({
    host: `127.0.0.1:${receiver.port}`,
    'accept-encoding': 'identity',
    'x-sydx-event': 'message.received',
    'content-length': String(Buffer.byteLength(body)),
  });
});

test.each([
  [301, 'status_3xx'],
  [304, 'status_3xx'],
  [400, 'status_4xx'],
  [401, 'status_401'],
  [404, 'status_404'],
  [410, 'status_410'],
  [429, 'status_429'],
  [500, 'status_5xx'],
  [503, 'status_5xx'],
])('status %i is the error %s', async (status, error) => {
  const receiver = using(
    await startReceiver((_request, response) => response.writeHead(status).end()),
  );
  const result = await post(using(loopbackTransport()), receiver.origin);
  expect(result).toMatchObject({ statusCode: status, error });
});

test('a redirect is never followed', async () => {
  const elsewhere = using(await startReceiver());
  const receiver = using(
    await startReceiver((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.origin}/latest/meta-data` }).end();
    }),
  );
  const result = await post(using(loopbackTransport()), receiver.origin);
  expect(result).toMatchObject({ statusCode: 307, error: 'status_3xx' });
  expect(elsewhere.requests).toHaveLength(0);
});

test('connections are kept and used again', async () => {
  const receiver = using(await startReceiver());
  const transport = using(loopbackTransport());
  for (let n = 0; n < 20; n += 1) await post(transport, receiver.origin);
  expect(receiver.requests).toHaveLength(20);
  expect(receiver.connectionCount()).toBeLessThanOrEqual(2);
});

test('a receiver that closes idle connections costs no attempt', async () => {
  const receiver = using(
    await startReceiver((_request, response, socket) => {
      response.end('ok', () => setTimeout(() => socket.destroy(), 5));
    }),
  );
  const transport = using(loopbackTransport());
  for (let n = 0; n < 5; n += 1) {
    expect(await post(transport, receiver.origin)).toMatchObject({ statusCode: 200, error: null });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
});

test('a request that was written and reset is not sent twice within the attempt', async () => {
  let count = 0;
  const receiver = using(
    await startReceiver((_request, response, socket) => {
      count += 1;
      if (count === 1) response.end('ok');
      else socket.destroy();
    }),
  );
  const transport = using(loopbackTransport());
  expect(await post(transport, receiver.origin)).toMatchObject({ error: null });
  const result = await post(transport, receiver.origin);
  expect(result).toMatchObject({ statusCode: null, error: 'connection_reset' });
  expect(receiver.requests).toHaveLength(2);
});

test('idle connections over all receivers stay within their bound', async () => {
  const receivers: Receiver[] = [];
  for (let n = 0; n < 12; n += 1) receivers.push(using(await startReceiver()));
  const transport = using(loopbackTransport({ maxIdleSockets: 4 }));
  for (const receiver of receivers) await post(transport, receiver.origin);
  const openCount = () =>
    receivers.reduce((sum, receiver) => sum + receiver.openConnectionCount(), 0);
  // Sooner than undici would end them by itself.
  await expect.poll(openCount, { timeout: 3_500 }).toBeLessThanOrEqual(4);
  for (const receiver of receivers) {
    expect(await post(transport, receiver.origin)).toMatchObject({ error: null });
  }
});

test('no more connections than allowed are opened to one origin, and waiting ones get a turn', async () => {
  const receiver = using(
    await startReceiver((_request, response) => void setTimeout(() => response.end(), 10)),
  );
  const transport = using(loopbackTransport({ maxSocketsPerOrigin: 2, deadlineMs: 2_000 }));
  const results = await Promise.all(
    Array.from({ length: 20 }, () => post(transport, receiver.origin)),
  );
  expect(results.every((result) => result.error === null)).toBe(true);
  expect(receiver.connectionCount()).toBeLessThanOrEqual(2);
});

const MANY = 300;

test('a receiver that answers at once gets few connections, however much there is to send', async () => {
  // A busy machine may take a receiver for a slow one; of several tries one is undisturbed.
  await expect
    .poll(async () => {
      const receiver = await startReceiver();
      const transport = loopbackTransport({ maxSocketsPerOrigin: MANY, deadlineMs: 10_000 });
      let left = 3_000;
      const sender = async (): Promise<void> => {
        while ((left -= 1) >= 0) expect((await post(transport, receiver.origin)).error).toBeNull();
      };
      await Promise.all(Array.from({ length: MANY }, sender));
      await transport.close();
      await receiver.close();
      return receiver.connectionCount();
    })
    .toBeLessThan(MANY / 2);
});

test('a receiver that takes its time gets as many connections as there is to send', async () => {
  const held: ServerResponse[] = [];
  const receiver = using(
    await startReceiver((_request, response) => {
      held.push(response);
      if (held.length === MANY) for (const each of held) each.end();
    }),
  );
  const transport = using(loopbackTransport({ maxSocketsPerOrigin: MANY, deadlineMs: 10_000 }));
  const results = await Promise.all(
    Array.from({ length: MANY }, () => post(transport, receiver.origin)),
  );
  expect(results.every(({ error }) => error === null)).toBe(true);
});

test('waiting for a connection counts against the deadline', async () => {
  const receiver = using(await startSilentReceiver());
  const transport = using(loopbackTransport({ maxSocketsPerOrigin: 1 }));
  const results = await Promise.all([1, 2, 3].map(() => post(transport, receiver.origin)));
  for (const result of results) {
    expect(result).toMatchObject({ statusCode: null, error: 'timeout' });
    expect(result.durationMs).toBeLessThan(DEADLINE_MS + 4_000);
  }
});

test('closing ends what is under way and says so', async () => {
  const receiver = using(await startSilentReceiver());
  const transport = loopbackTransport({ deadlineMs: 5_000 });
  const pending = post(transport, receiver.origin);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await transport.close();
  expect(await pending).toMatchObject({ statusCode: null, error: 'interrupted' });
  expect(await post(transport, receiver.origin)).toMatchObject({ error: 'interrupted' });
});

test('headers that cannot be sent are our own fault and nobody else’s', async () => {
  const receiver = using(await startReceiver());
  const transport = using(loopbackTransport());
  const result = await transport.send({
    url: receiver.origin,
    headers: { 'x-bad': 'a\r\nb: c' },
    body: '{}',
  });
  expect(result).toMatchObject({ statusCode: null, error: 'internal' });
  expect(await post(transport, 'not a URL')).toMatchObject({ error: 'internal' });
  expect(receiver.requests).toHaveLength(0);
});
