import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../src/engine/ports.ts';
import { checkUrlResolves, type UrlPolicy } from '../../src/transport/check-url.ts';
import { toNetworks } from '../../src/transport/guard.ts';
import { createResolver } from '../../src/transport/resolve.ts';
import { startConnectProxy } from '../kit/connect-proxy.ts';
import { type NameAnswer, type NameServer, startNameServer } from '../kit/name-server.ts';
import { startReceiver } from '../kit/receivers.ts';
import { loopbackTransport, post, ranges } from './setup.ts';

const POLICY: UrlPolicy = {
  allowHttp: true,
  allowNetworks: [],
  exempt: [],
  publicUrl: 'https://hooks.example.com',
  ownInboxes: null,
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
function using<T extends { close(): unknown }>(one: T): T {
  open.unshift(one);
  return one;
}

/** A resolver that asks this name server and remembers nothing. */
async function asking(answer: NameAnswer): Promise<{
  server: NameServer;
  resolve: ReturnType<typeof createResolver>;
}> {
  const server = using(await startNameServer(answer));
  const hostsPath = '/dev/null';
  return { server, resolve: createResolver({ servers: [server.address], hostsPath, cacheMs: 0 }) };
}

/** IPv4 answers in turn, the last for ever; no IPv6. */
function inTurn(...answers: string[][]): NameAnswer {
  let asked = 0;
  return (_name, type) => {
    if (type !== 1) return { rcode: 0 };
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return { rcode: 0, addresses };
  };
}

function patient(overrides: Parameters<typeof loopbackTransport>[0]): Transport {
  return using(loopbackTransport({ deadlineMs: 10_000, ...overrides }));
}

describe('a name that changes its answer between check and connect', () => {
  it('the checked address is dialled: a public one first, then loopback', async () => {
    const { server, resolve } = await asking(inTurn(['93.184.215.14'], ['127.0.0.1']));
    // The proxy tells which address would be dialled, and connects nobody.
    const witness = using(
      await startConnectProxy({ misbehave: (socket) => socket.end('HTTP/1.1 403 No\r\n\r\n') }),
    );
    const transport = patient({ resolve, allowNetworks: [], egressProxyUrl: witness.url });
    const url = 'https://rebind.example.com/';
    expect(await post(transport, url)).toMatchObject({ error: 'proxy_refused' });
    expect(witness.requests.map(({ authority }) => authority)).toEqual(['93.184.215.14:443']);
    expect(server.questions.filter((question) => question.endsWith(' 1'))).toHaveLength(1);
    // The next connection asks and judges anew.
    expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
    expect(witness.requests).toHaveLength(1);
  });

  it('the same over a socket of our own: an allowed one first, then another', async () => {
    const receiver = using(await startReceiver());
    const decoy = using(await startReceiver(undefined, { host: '127.0.0.2', port: receiver.port }));
    const { resolve } = await asking(inTurn(['127.0.0.1'], ['127.0.0.2']));
    const transport = patient({ resolve, allowNetworks: ranges('127.0.0.1/32') });
    const url = `http://rebind.example.com:${receiver.port}/`;
    expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
    expect(receiver.requests).toHaveLength(1);
    await receiver.close();
    await expect.poll(async () => (await post(transport, url)).error).toBe('address_refused');
    expect(decoy.connectionCount()).toBe(0);
  });

  it('what was public when it was saved is judged again at send', async () => {
    const { resolve } = await asking(inTurn(['93.184.215.14'], ['169.254.169.254']));
    const url = 'https://rebind.example.com/';
    expect(await checkUrlResolves(url, POLICY, resolve)).toMatchObject({ ok: true });
    const transport = patient({ resolve, allowNetworks: [] });
    expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
  });
});

describe('a name with one good and one bad address is refused, at save and at send', () => {
  it.each([
    ['IPv4', ['93.184.215.14', '10.0.0.1'], []],
    ['IPv4, the bad one first', ['127.0.0.1', '93.184.215.14'], []],
    ['good IPv4 and loopback by IPv6', ['93.184.215.14'], ['::1']],
    ['good IPv4 and a mapped one', ['93.184.215.14'], ['::ffff:10.0.0.1']],
    ['good IPv6 and NAT64', [], ['2606:4700::1111', '64:ff9b::7f00:1']],
    ['good IPv6 and 6to4', [], ['2606:4700::1111', '2002:7f00:1::1']],
    ['good IPv6 and metadata', ['169.254.169.254'], ['2606:4700::1111']],
    ['a bad one behind many', [...Array<string>(20).fill('93.184.215.14'), '192.168.0.1'], []],
  ])('%s', async (_name, v4, v6) => {
    const { resolve } = await asking((_asked, type) => ({
      rcode: 0,
      addresses: type === 1 ? v4 : v6,
    }));
    const url = 'https://mixed.example.com/';
    expect(await checkUrlResolves(url, POLICY, resolve)).toMatchObject({
      ok: false,
      reason: 'url_address_refused',
    });
    const transport = patient({ resolve, allowNetworks: [] });
    expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
  });
});

it('an IPv6 zone in the hosts file is refused', async () => {
  const hostsPath = join(await mkdtemp(join(tmpdir(), 'sydx-hosts-')), 'hosts');
  await writeFile(hostsPath, 'fe80::1%lo zone.example.com\n');
  const resolve = createResolver({ servers: ['127.0.0.1:9'], hostsPath });
  const transport = patient({ resolve, allowNetworks: ranges('fe80::/10') });
  expect(await post(transport, 'https://zone.example.com/')).toMatchObject({
    error: 'address_refused',
  });
});

it('ALLOW_TARGET_NETWORKS lets neither mapped forms nor neighbours through', async () => {
  const receiver = using(await startReceiver());
  const { resolve } = await asking((name, type) => {
    const mapped = name.startsWith('mapped');
    if ((type === 28) !== mapped) return { rcode: 0 };
    return { rcode: 0, addresses: [mapped ? '::ffff:127.0.0.1' : '127.0.0.2'] };
  });
  const allowNetworks = ranges('127.0.0.1/32');
  const transport = patient({ resolve, allowNetworks });
  expect(await post(transport, receiver.origin)).toMatchObject({ error: null });
  for (const host of [
    'mapped.example.com',
    'next.example.com',
    '[::ffff:127.0.0.1]',
    '127.0.0.2',
  ]) {
    const url = `http://${host}:${receiver.port}/`;
    expect(await post(transport, url), url).toMatchObject({ error: 'address_refused' });
    const policy = { ...POLICY, allowNetworks: toNetworks(allowNetworks) };
    expect(await checkUrlResolves(url, policy, resolve), url).toMatchObject({ ok: false });
  }
  expect(receiver.requests).toHaveLength(1);
});
