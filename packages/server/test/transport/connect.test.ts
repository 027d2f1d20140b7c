import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createResolver } from '../../src/transport/resolve.ts';
import { startDeafReceiver } from '../kit/deaf-receiver.ts';
import { type NameAnswer, type NameServer, startNameServer } from '../kit/name-server.ts';
import { startReceiver } from '../kit/receivers.ts';
import { DEADLINE_MS, loopbackTransport, post } from './setup.ts';

const nameServers: NameServer[] = [];
afterEach(() => {
  for (const server of nameServers.splice(0)) server.close();
});

/** @returns where it listens */
async function startOne(answer: NameAnswer): Promise<string> {
  const server = await startNameServer(answer);
  nameServers.push(server);
  return server.address;
}

test('a name is looked up through DNS and its address dialled', async () => {
  const server = await startOne((_name, type) =>
    type === 1 ? { rcode: 0, addresses: ['127.0.0.1'] } : { rcode: 0 },
  );
  const receiver = await startReceiver();
  const transport = loopbackTransport({ resolve: createResolver({ servers: [server] }) });
  const result = await post(transport, `http://shop.example.com:${receiver.port}/`);
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(receiver.requests[0]?.headers.host).toBe(`shop.example.com:${receiver.port}`);
  await transport.close();
  await receiver.close();
});

test.each([
  ['a name that does not exist', 3, 'dns_not_found'],
  ['a name without addresses', 0, 'dns_not_found'],
  ['a name server that fails', 2, 'dns_failed'],
  ['a name server that refuses', 5, 'dns_failed'],
])('%s is its own error', async (_name, rcode, error) => {
  const server = await startOne(() => ({ rcode }));
  const transport = loopbackTransport({ resolve: createResolver({ servers: [server] }) });
  expect(await post(transport, 'http://shop.example.com/')).toMatchObject({
    statusCode: null,
    error,
  });
  await transport.close();
});

test('a name server that stalls is dns_failed before the deadline', async () => {
  const server = await startOne(() => null);
  const transport = loopbackTransport({ resolve: createResolver({ servers: [server] }) });
  const result = await post(transport, 'http://shop.example.com/');
  expect(result).toMatchObject({ statusCode: null, error: 'dns_failed' });
  expect(result.durationMs).toBeLessThan(DEADLINE_MS);
  await transport.close();
});

test('a name server that lies by a private address is refused', async () => {
  const server = await startOne((_name, type) =>
    type === 1 ? { rcode: 0, addresses: ['169.254.169.254'] } : { rcode: 0 },
  );
  const transport = loopbackTransport({
    resolve: createResolver({ servers: [server] }),
    allowNetworks: [],
  });
  expect(await post(transport, 'http://metadata.example.com/')).toMatchObject({
    error: 'address_refused',
  });
  await transport.close();
});

test('one family that stalls does not hold up the other', async () => {
  const server = await startOne((_name, type) =>
    type === 1 ? { rcode: 0, addresses: ['127.0.0.1'] } : null,
  );
  const startedAtMs = performance.now();
  const addresses = await createResolver({ servers: [server], timeoutMs: 5_000 })(
    'shop.example.com',
  );
  expect(addresses).toEqual(['127.0.0.1']);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
});

test('the hosts file comes first, and localhost needs neither', async () => {
  const hostsPath = join(await mkdtemp(join(tmpdir(), 'sydx-hosts-')), 'hosts');
  await writeFile(hostsPath, '# comment\n10.1.2.3  Intra.example.com intra # more\n::9 intra\n');
  const server = await startOne(() => ({ rcode: 3 }));
  const resolve = createResolver({ servers: [server], hostsPath });
  expect(await resolve('INTRA.example.com.')).toEqual(['10.1.2.3']);
  expect(await resolve('intra')).toEqual(['10.1.2.3', '::9']);
  expect(await resolve('localhost')).toEqual(['127.0.0.1', '::1']);
});

test('lookups of one name at once are one lookup, and a failure is not remembered', async () => {
  let queries = 0;
  let rcode = 3;
  const server = await startOne((_name, type) => {
    queries += 1;
    return rcode === 0 && type === 1 ? { rcode, addresses: ['127.0.0.1'] } : { rcode };
  });
  const resolve = createResolver({ servers: [server] });
  await Promise.allSettled([resolve('a.example.com'), resolve('a.example.com')]);
  expect(queries).toBe(2);
  rcode = 0;
  expect(await resolve('a.example.com')).toEqual(['127.0.0.1']);
  expect(await resolve('a.example.com')).toEqual(['127.0.0.1']);
  expect(queries).toBe(4);
});

test('a malformed answer to one name fails no other name', async () => {
  const server = await startOne((name, type) => {
    if (name.startsWith('bad')) return Buffer.from('818000010001', 'hex');
    return type === 1 ? { rcode: 0, addresses: ['127.0.0.1'] } : { rcode: 0 };
  });
  const resolve = createResolver({ servers: [server] });
  const names = Array.from({ length: 100 }, (_, n) => `${n % 2 === 0 ? 'bad' : 'good'}-${n}.com`);
  const answers = await Promise.allSettled(names.map((name) => resolve(name)));
  expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(
    names.map((name) => name.startsWith('good')),
  );
});

test('a closed port is connection_refused', async () => {
  const receiver = await startReceiver();
  await receiver.close();
  const transport = loopbackTransport();
  expect(await post(transport, receiver.origin)).toMatchObject({
    statusCode: null,
    error: 'connection_refused',
  });
  await transport.close();
});

test('an address that refuses is followed by the next one', async () => {
  const receiver = await startReceiver(undefined, { host: '127.0.0.3' });
  const transport = loopbackTransport({
    resolve: () => Promise.resolve(['127.0.0.1', '127.0.0.2', '127.0.0.3']),
  });
  const url = `http://shop.example.com:${receiver.port}/`;
  expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
  await transport.close();
  await receiver.close();
});

test('an address that swallows packets holds up the next one by 250 ms only', async () => {
  const receiver = await startReceiver();
  const deaf = await startDeafReceiver('127.0.0.4', receiver.port);
  const transport = loopbackTransport({
    deadlineMs: 5_000,
    resolve: () => Promise.resolve(['127.0.0.4', '127.0.0.1']),
  });
  const url = `http://shop.example.com:${receiver.port}/`;
  const result = await post(transport, url);
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.durationMs).toBeLessThan(4_000);
  expect(result.durationMs).toBeGreaterThan(200);
  await deaf.close();
  await transport.close();
  await receiver.close();
});

test('a lookup that never answers cannot outlive the deadline', async () => {
  const transport = loopbackTransport({ resolve: () => Promise.withResolvers<string[]>().promise });
  const result = await post(transport, 'http://shop.example.com/');
  expect(result).toMatchObject({ statusCode: null, error: 'dns_failed' });
  expect(result.durationMs).toBeLessThan(DEADLINE_MS);
  await transport.close();
});
