import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attemptErrorMessage } from '@sydx/contract';
import type { Transport } from '../../src/engine/ports.ts';
import type { TransportOptions } from '../../src/transport/transport.ts';
import {
  type CertificateAuthority,
  createAuthority,
  createSelfSigned,
  type ServerCertificate,
} from '../kit/certificates.ts';
import {
  type ConnectProxy,
  type ConnectProxyOptions,
  startConnectProxy,
} from '../kit/connect-proxy.ts';
import { type Receiver, startReceiver, startSilentReceiver } from '../kit/receivers.ts';
import { DEADLINE_MS, loopbackTransport, post, ranges } from './setup.ts';

let authority: CertificateAuthority;
let localhost: ServerCertificate;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  localhost = await authority.issue({ hosts: ['localhost', 'shop.example.com'] });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function using<T extends Receiver | Transport | ConnectProxy>(one: T): T {
  open.unshift(one);
  return one;
}

async function proxyThat(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  return using(await startConnectProxy(options));
}

/** A transport whose deliveries go through this proxy, with time enough for a loaded machine. */
function through(egressProxyUrl: string, overrides: Partial<TransportOptions> = {}): Transport {
  return using(
    loopbackTransport({ egressProxyUrl, ca: authority.ca, deadlineMs: 3_000, ...overrides }),
  );
}

describe('with an egress proxy', () => {
  it('a delivery to an http:// receiver goes through CONNECT', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startReceiver());
    const transport = through(proxy.url);
    const result = await post(transport, `${receiver.origin}/hook?x=1`, '{"n":2}');
    expect(result).toMatchObject({ statusCode: 200, error: null });
    expect(result.responseBody?.toString()).toBe('{"received":true}');
    expect(proxy.requests.map((one) => one.authority)).toEqual([`127.0.0.1:${receiver.port}`]);
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/hook?x=1' });
    expect(receiver.requests[0]?.body.toString()).toBe('{"n":2}');
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('the tunnel is kept and used again', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startReceiver());
    const transport = through(proxy.url);
    for (let n = 0; n < 10; n += 1) await post(transport, receiver.origin);
    expect(receiver.requests).toHaveLength(10);
    expect(proxy.requests.length).toBeLessThanOrEqual(2);
  });

  it('TLS inside of it verifies the host of the URL, by SNI and certificate', async () => {
    const proxy = await proxyThat();
    const names: unknown[] = [];
    const receiver = using(
      await startReceiver(
        (_request, response, socket) => {
          names.push((socket as TLSSocket & { servername: string }).servername);
          response.end('ok');
        },
        { certificate: localhost },
      ),
    );
    const transport = through(proxy.url, { allowHttp: false });
    const url = `https://shop.example.com:${receiver.port}/`;
    expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
    expect(names).toEqual(['shop.example.com']);
    expect(proxy.requests[0]?.authority).toBe(`127.0.0.1:${receiver.port}`);
    expect(await post(transport, `https://other.example.com:${receiver.port}/`)).toMatchObject({
      error: 'tls_wrong_host',
    });
  });

  it('a proxy over TLS is spoken to over TLS, and its certificate is verified', async () => {
    const proxy = await proxyThat({ certificate: localhost });
    const secure = using(await startReceiver(undefined, { certificate: localhost }));
    const plain = using(await startReceiver());
    const transport = through(proxy.url);
    expect(await post(transport, secure.origin)).toMatchObject({ statusCode: 200, error: null });
    expect(await post(transport, plain.origin)).toMatchObject({ statusCode: 200, error: null });
    expect(proxy.requests).toHaveLength(2);

    const forged = await proxyThat({
      certificate: await createSelfSigned({ hosts: ['localhost'] }),
    });
    expect(await post(through(forged.url), plain.origin)).toMatchObject({
      error: 'proxy_unreachable',
    });
    expect(forged.requests).toEqual([]);
  });

  it('it shows the user and password, percent-decoded, to the proxy alone', async () => {
    const proxy = await proxyThat({ credentials: 'sydx:p@ss: wörd' });
    const receiver = using(await startReceiver());
    const url = `http://sydx:p%40ss%3A%20w%C3%B6rd@127.0.0.1:${proxy.port}`;
    expect(await post(through(url), receiver.origin)).toMatchObject({ error: null });
    expect(JSON.stringify(receiver.requests[0]?.headers)).not.toMatch(/authorization/i);
  });

  it('what is exempt is reached without it', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startReceiver());
    const demo = `${receiver.origin}/demo`;
    expect(await post(through(proxy.url, { exempt: [demo] }), demo)).toMatchObject({ error: null });
    expect(proxy.requests).toEqual([]);
  });

  it('a name with several addresses is asked for one by one until one is reached', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startReceiver(undefined, { host: '127.0.0.3' }));
    const resolve = () => Promise.resolve(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const url = `http://shop.example.com:${receiver.port}/`;
    expect(await post(through(proxy.url, { resolve }), url)).toMatchObject({ error: null });
    expect(proxy.requests.map((one) => one.authority.split(':')[0])).toEqual([
      '127.0.0.1',
      '127.0.0.2',
      '127.0.0.3',
    ]);
  });

  it('an IPv6 address is asked for in brackets', async () => {
    const proxy = await proxyThat({ misbehave: (socket) => socket.end('HTTP/1.1 403 No\r\n\r\n') });
    const transport = through(proxy.url);
    await post(transport, 'https://[2606:4700::1111]/');
    expect(proxy.requests[0]?.head).toBe(
      'CONNECT [2606:4700::1111]:443 HTTP/1.1\r\nHost: [2606:4700::1111]:443\r\n\r\n',
    );
  });
});

describe('the address guard stays in force with an egress proxy', () => {
  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://2130706434/',
    'http://[::1]/',
    'http://[::ffff:a00:1]/',
  ])('a literal address is refused: %s', async (url) => {
    const proxy = await proxyThat();
    const transport = through(proxy.url, { allowNetworks: ranges('127.0.0.1/32') });
    expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
    expect(proxy.requests).toEqual([]);
  });

  it('a name is looked up here, and one bad address refuses it', async () => {
    const proxy = await proxyThat();
    const resolve = () => Promise.resolve(['8.8.8.8', '10.0.0.1']);
    const transport = through(proxy.url, { resolve });
    const result = await post(transport, 'https://mixed.example.com/');
    expect(result).toMatchObject({ statusCode: null, error: 'address_refused' });
    expect(proxy.requests).toEqual([]);
  });

  it('CONNECT asks for the checked address, so the name cannot change its answer on the way', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startReceiver());
    let lookups = 0;
    const resolve = () => Promise.resolve([(lookups += 1) === 1 ? '127.0.0.1' : '10.0.0.1']);
    const transport = through(proxy.url, { resolve, allowNetworks: ranges('127.0.0.1/32') });
    const url = `http://rebind.example.com:${receiver.port}/`;
    expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
    expect(proxy.requests.map((one) => one.authority)).toEqual([`127.0.0.1:${receiver.port}`]);
    expect(proxy.requests[0]?.head).not.toContain('rebind');
  });

  it('the proxy itself is the operator’s own and not judged', async () => {
    const proxy = await proxyThat({ misbehave: (socket) => socket.end('HTTP/1.1 403 No\r\n\r\n') });
    const transport = through(proxy.url, { allowNetworks: [] });
    expect(await post(transport, 'https://8.8.8.8/')).toMatchObject({ error: 'proxy_refused' });
  });
});

describe('a proxy that fails', () => {
  const answering = (text: string | Buffer) => (socket: Socket) => void socket.write(text);
  const misbehaving: [string, (socket: Socket) => void, string][] = [
    ['asks for credentials', answering('HTTP/1.1 407 Who?\r\n\r\n'), 'proxy_credentials_refused'],
    ['refuses the target', answering('HTTP/1.1 403 Forbidden\r\n\r\n'), 'proxy_refused'],
    ['redirects', answering('HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n'), 'proxy_refused'],
    ['cannot connect', answering('HTTP/1.1 503 No\r\n\r\n'), 'proxy_cannot_connect'],
    ['gets no answer', answering('HTTP/1.1 504 No\r\n\r\n'), 'proxy_cannot_connect'],
    ['is silent', () => undefined, 'proxy_timeout'],
    ['begins to answer and stops', answering('HTTP/1.1 200 O'), 'proxy_timeout'],
    ['answers with garbage', answering('SSH-2.0-OpenSSH_9.2\r\n\r\n'), 'proxy_failed'],
    ['answers with zeros', answering(Buffer.alloc(100_000)), 'proxy_failed'],
    ['answers with status 000', answering('HTTP/1.1 000 X\r\n\r\n'), 'proxy_failed'],
    ['answers with status 999', answering('HTTP/1.1 999 X\r\n\r\n'), 'proxy_failed'],
    ['answers with an interim status', answering('HTTP/1.1 101 X\r\n\r\n'), 'proxy_failed'],
    ['closes at once', (socket) => socket.destroy(), 'proxy_failed'],
    ['resets', (socket) => socket.resetAndDestroy(), 'proxy_failed'],
    ['ends half-way', (socket) => socket.end('HTTP/1.1 200 OK\r\nvia'), 'proxy_failed'],
    [
      'answers without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(`x-more: ${'h'.repeat(4_000)}\r\n`));
        };
        socket.on('drain', more);
        more();
      },
      'proxy_failed',
    ],
    [
      'drips',
      (socket) => {
        const timer = setInterval(() => socket.write('x'), 10);
        socket.once('close', () => clearInterval(timer));
      },
      'proxy_timeout',
    ],
  ];

  it.each(misbehaving)('%s: a code of its own, by the deadline', async (_name, act, error) => {
    const proxy = await proxyThat({ misbehave: act });
    const transport = through(proxy.url, error === 'proxy_timeout' ? { deadlineMs: 1_000 } : {});
    const result = await post(transport, 'https://8.8.8.8/');
    expect(result).toMatchObject({ statusCode: null, error, responseHeaders: null });
    expect(attemptErrorMessage(error as 'proxy_failed')).toMatch(/proxy/);
    await expect.poll(() => proxy.openConnectionCount()).toBe(0);
  });

  it('refuses connections: proxy_unreachable', async () => {
    const proxy = await startConnectProxy();
    await proxy.close();
    const result = await post(through(proxy.url), 'https://8.8.8.8/');
    expect(result).toMatchObject({ statusCode: null, error: 'proxy_unreachable' });
  });

  it('has a name that cannot be looked up, or not in time: proxy_unreachable', async () => {
    const unknown = () => Promise.reject(new Error('no such name'));
    const never = () => Promise.withResolvers<string[]>().promise;
    for (const resolve of [unknown, never]) {
      const transport = through('http://proxy.example.com:3128', { resolve, deadlineMs: 300 });
      expect(await post(transport, 'https://8.8.8.8/')).toMatchObject({
        error: 'proxy_unreachable',
      });
    }
  });

  it('stalls in its own TLS handshake: proxy_unreachable', async () => {
    const silent = using(await startSilentReceiver());
    const transport = through(`https://localhost:${silent.port}`, { deadlineMs: 300 });
    expect(await post(transport, 'https://8.8.8.8/')).toMatchObject({ error: 'proxy_unreachable' });
    await expect.poll(() => silent.openConnectionCount()).toBe(0);
  });

  it('leaves us alone with a receiver that stalls: the deadline is one and the same', async () => {
    const proxy = await proxyThat();
    const receiver = using(await startSilentReceiver());
    const transport = through(proxy.url, { deadlineMs: DEADLINE_MS });
    const result = await post(transport, `https://localhost:${receiver.port}/`);
    expect(result).toMatchObject({ statusCode: null, error: 'timeout' });
    await expect.poll(() => proxy.openConnectionCount()).toBe(0);
  });

  it('closes in the middle of the receiver’s handshake: tls_handshake_failed', async () => {
    const proxy = await proxyThat({
      misbehave: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', () => socket.destroy());
      },
    });
    const result = await post(through(proxy.url), 'https://8.8.8.8/');
    expect(result).toMatchObject({ error: 'tls_handshake_failed' });
  });

  it('closes in the middle of the answer: connection_reset', async () => {
    const proxy = await proxyThat({
      misbehave: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncont'));
      },
    });
    const result = await post(through(proxy.url), 'http://8.8.8.8/');
    expect(result).toMatchObject({ error: 'connection_reset' });
  });
});

it.each(['http://8.8.8.8/', 'https://8.8.8.8/'])(
  'a receiver that speaks first behind the proxy, to %s: one connection, not a storm of them',
  async (url) => {
    for (const text of ['HTTP/1.1 204 No Content\r\n\r\n', 'SSH-2.0-OpenSSH_9.2\r\n']) {
      const proxy = await proxyThat({
        misbehave: (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${text}`),
      });
      expect(await post(through(proxy.url), url)).toMatchObject({ error: 'not_http' });
      expect(proxy.requests).toHaveLength(1);
    }
  },
);
