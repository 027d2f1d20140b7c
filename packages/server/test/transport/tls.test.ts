import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transport } from '../../src/engine/ports.ts';
import {
  type CertificateAuthority,
  createAuthority,
  createSelfSigned,
  EXPIRED,
  type ServerCertificate,
} from '../kit/certificates.ts';
import { startRawReceiver, startReceiver, startSilentReceiver } from '../kit/receivers.ts';
import { DEADLINE_MS, loopbackTransport, post } from './setup.ts';

const DAY_MS = 86_400_000;
let authority: CertificateAuthority;
let transport: Transport;

beforeAll(async () => {
  authority = await createAuthority();
  transport = loopbackTransport({ ca: authority.ca, allowHttp: false, deadlineMs: 5_000 });
});
afterAll(() => transport.close());

async function errorWith(certificate: ServerCertificate, path = '/'): Promise<string | null> {
  const receiver = await startReceiver(undefined, { certificate });
  const result = await post(transport, receiver.origin + path);
  await receiver.close();
  expect(receiver.requests).toHaveLength(result.error === null ? 1 : 0);
  return result.error;
}

test('a good certificate is accepted, for a name and for an address', async () => {
  const certificate = await authority.issue({ hosts: ['localhost', '127.0.0.1'] });
  expect(await errorWith(certificate)).toBeNull();
  const receiver = await startReceiver(undefined, { certificate });
  const result = await post(transport, `https://127.0.0.1:${receiver.port}/`);
  expect(result).toMatchObject({ statusCode: 200, error: null });
  await receiver.close();
});

test('an expired certificate is tls_expired', async () => {
  expect(await errorWith(await authority.issue({ hosts: ['localhost'], ...EXPIRED }))).toBe(
    'tls_expired',
  );
});

test('a certificate that is not valid yet is tls_expired', async () => {
  const notBefore = new Date(Date.now() + DAY_MS);
  expect(await errorWith(await authority.issue({ hosts: ['localhost'], notBefore }))).toBe(
    'tls_expired',
  );
});

test('a self-signed certificate is tls_self_signed', async () => {
  expect(await errorWith(await createSelfSigned({ hosts: ['localhost'] }))).toBe('tls_self_signed');
});

test('a certificate for another host is tls_wrong_host', async () => {
  expect(await errorWith(await authority.issue({ hosts: ['other.example.com'] }))).toBe(
    'tls_wrong_host',
  );
});

test('a certificate from an authority that nobody knows is tls_untrusted', async () => {
  const stranger = await createAuthority('Somebody Else');
  const leaf = await stranger.issue({ hosts: ['localhost'] });
  expect(await errorWith(leaf)).toBe('tls_untrusted');
  expect(await errorWith({ key: leaf.key, cert: leaf.cert + stranger.ca })).toBe('tls_untrusted');
});

test('plain HTTP on an HTTPS port is tls_handshake_failed', async () => {
  const receiver = await startReceiver();
  const result = await post(transport, `https://localhost:${receiver.port}/`);
  expect(result).toMatchObject({ statusCode: null, error: 'tls_handshake_failed' });
  await receiver.close();
});

test('a server that hangs up in the handshake is tls_handshake_failed', async () => {
  const receiver = await startRawReceiver((socket) => socket.destroy());
  const result = await post(transport, `https://localhost:${receiver.port}/`);
  expect(result).toMatchObject({ statusCode: null, error: 'tls_handshake_failed' });
  await receiver.close();
});

test('a handshake that stalls ends at the deadline', async () => {
  const receiver = await startSilentReceiver();
  const hasty = loopbackTransport({ allowHttp: false });
  const result = await post(hasty, `https://localhost:${receiver.port}/`);
  expect(result).toMatchObject({ statusCode: null, error: 'timeout' });
  expect(result.durationMs).toBeLessThan(DEADLINE_MS + 4_000);
  await expect.poll(() => receiver.openConnectionCount()).toBe(0);
  await hasty.close();
  await receiver.close();
});

test('a hostile answer over TLS ends like one without', async () => {
  const certificate = await authority.issue({ hosts: ['localhost'] });
  const receiver = await startRawReceiver(
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
      };
      socket.on('drain', more);
      more();
    },
    { certificate },
  );
  const result = await post(transport, receiver.origin);
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody).toHaveLength(8_192);
  await expect.poll(() => receiver.openConnectionCount()).toBe(0);
  await receiver.close();
});

test('a new connection to a known origin resumes its TLS session, and the name is sent', async () => {
  const certificate = await authority.issue({ hosts: ['localhost'] });
  const seen: unknown[] = [];
  const receiver = await startReceiver(
    (_request, response, socket) => {
      const secure = socket as TLSSocket;
      const { servername } = secure as unknown as { servername: string };
      seen.push([servername, secure.alpnProtocol, secure.isSessionReused()]);
      response.setHeader('connection', 'close').end();
    },
    { certificate },
  );
  await post(transport, receiver.origin);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await post(transport, receiver.origin);
  expect(seen).toEqual([
    ['localhost', 'http/1.1', false],
    ['localhost', 'http/1.1', true],
  ]);
  await receiver.close();
});

test('http is refused at send unless it is allowed', async () => {
  const receiver = await startReceiver();
  expect(await post(transport, receiver.origin)).toMatchObject({ error: 'address_refused' });
  expect(receiver.connectionCount()).toBe(0);
  await receiver.close();
});
