import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { AttemptResult, Transport } from '../../src/engine/ports.ts';
import { createAuthority, type ServerCertificate } from '../kit/certificates.ts';
import { drip, flood, HOSTILITIES, OK } from '../kit/hostile-receivers.ts';
import { type Receiver, type Script, startRawReceiver, startReceiver } from '../kit/receivers.ts';
import { DEADLINE_MS, loopbackTransport, post } from './setup.ts';

/** For a machine under load: what is no timeout has time enough. */
const PATIENT_MS = 3_000;

let transport: Transport;
let patient: Transport;
let certificate: ServerCertificate;
let receiver: Receiver | undefined;
const outOfBand: unknown[] = [];
const onOutOfBand = (error: unknown) => outOfBand.push(error);

beforeAll(async () => {
  const authority = await createAuthority();
  certificate = await authority.issue({ hosts: ['localhost'] });
  transport = loopbackTransport();
  patient = loopbackTransport({ ca: authority.ca, deadlineMs: PATIENT_MS, bodyGraceMs: 500 });
  process.on('uncaughtException', onOutOfBand);
  process.on('unhandledRejection', onOutOfBand);
});
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  expect(outOfBand).toEqual([]);
});
afterAll(async () => {
  process.off('uncaughtException', onOutOfBand);
  process.off('unhandledRejection', onOutOfBand);
  await transport.close();
  await patient.close();
});

/** Sends one request to a receiver that follows the script; it must be over by the deadline. */
async function sendTo(script: Script): Promise<AttemptResult> {
  receiver = await startRawReceiver(script);
  const startedAtMs = performance.now();
  const result = await post(transport, receiver.origin);
  expect(performance.now() - startedAtMs).toBeLessThan(DEADLINE_MS + 4_000);
  return result;
}

describe.each(['TCP', 'TLS'])('over %s', (layer) => {
  it.concurrent.each(HOSTILITIES)(
    '$name ends by the deadline and is recorded truthfully',
    async ({ act, statusCode, error }) => {
      const one = await startRawReceiver(act, layer === 'TLS' ? { certificate } : {});
      const startedAtMs = performance.now();
      const result = await post(patient, one.origin);
      expect(performance.now() - startedAtMs).toBeLessThan(PATIENT_MS + 4_000);
      await one.close();
      expect(result).toMatchObject({ statusCode, error });
      expect(result.responseBody?.length ?? 0).toBeLessThanOrEqual(8_192);
    },
  );
});

test('silence ends at the deadline', async () => {
  const result = await sendTo(() => {});
  expect(result).toMatchObject({
    statusCode: null,
    error: 'timeout',
    responseHeaders: null,
    responseBody: null,
  });
  expect(result.durationMs).toBeGreaterThan(DEADLINE_MS - 20);
});

test('a dripped body is success at the headers and is cut', async () => {
  const result = await sendTo((socket, bytes) => {
    socket.write(`${OK}content-length: 1000000\r\n\r\n`);
    drip('x', 10)(socket, bytes);
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.durationMs).toBeLessThan(DEADLINE_MS);
  expect(result.responseBody?.length).toBeGreaterThan(3);
});

test('a body that never starts holds the result for the grace period only', async () => {
  const impatient = loopbackTransport({ deadlineMs: 5_000, bodyGraceMs: 100 });
  receiver = await startRawReceiver((socket) => socket.write(`${OK}content-length: 5\r\n\r\n`));
  const startedAtMs = performance.now();
  const result = await post(impatient, receiver.origin);
  expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  expect(result).toMatchObject({ statusCode: 200, error: null });
  await impatient.close();
});

test('an endless body is read up to the cap and the connection dropped', async () => {
  const result = await sendTo(flood(`${OK}\r\n`, Buffer.alloc(65_536, 'z')));
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody?.equals(Buffer.alloc(8_192, 'z'))).toBe(true);
  expect(result.durationMs).toBeLessThan(DEADLINE_MS);
  await expect.poll(() => receiver?.openConnectionCount()).toBe(0);
});

test.each([102, 103])('a flood of %i is cut short', async (status) => {
  const result = await sendTo(flood('', `HTTP/1.1 ${status} Wait\r\n\r\n`.repeat(500)));
  expect(result).toMatchObject({ statusCode: null, error: 'status_1xx' });
});

test('an early hint before the answer does no harm', async () => {
  const result = await sendTo((socket) => {
    socket.end('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n');
  });
  expect(result).toMatchObject({ statusCode: 204, error: null });
});

test.each([100, 101])('an unasked %i is an interim status', async (status) => {
  const result = await sendTo((socket) => {
    socket.end(`HTTP/1.1 ${status} X\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n`);
  });
  expect(result).toMatchObject({ statusCode: null, error: 'status_1xx' });
});

test('a gzip bomb stays what it is: a few kilobytes, never inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const result = await sendTo((socket) => {
    socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody?.equals(bomb.subarray(0, 8_192))).toBe(true);
});

test('a reset in the middle of a 2xx body is success all the same', async () => {
  const result = await sendTo((socket) => {
    socket.write(`${OK}content-length: 100\r\n\r\npart`);
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody?.toString()).toBe('part');
});

test('a body longer than its content-length is success and the connection is dropped', async () => {
  const result = await sendTo((socket) => socket.write(`${OK}content-length: 2\r\n\r\nokGARBAGE`));
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody?.toString()).toBe('ok');
  await expect.poll(() => receiver?.openConnectionCount()).toBe(0);
});

test.each([
  ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['an SMTP banner', '220 mail.example.com ESMTP\r\n'],
  ['HTML without headers', '<html><body>hi</body></html>'],
  ['HTTP/2', Buffer.from('000012040000000000000300000064', 'hex')],
  ['a TLS alert', Buffer.from('15030300020246', 'hex')],
  ['zeros', Buffer.alloc(1_000)],
  ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
  ['a negative status', 'HTTP/1.1 -20 OK\r\n\r\n'],
  ['a four-digit status', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['NUL in a header', `${OK}x-nul: a\0b\r\n\r\n`],
  ['NUL in a header name', `${OK}x\0y: a\r\n\r\n`],
  ['two lengths', `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`],
  ['a length that is no number', `${OK}content-length: -5\r\n\r\nab`],
])('%s is not HTTP', async (_name, bytes) => {
  const result = await sendTo((socket) => socket.write(bytes));
  expect(result).toMatchObject({ statusCode: null, error: 'not_http' });
});

test('a broken chunk after a 2xx is success', async () => {
  const result = await sendTo((socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\nZZZ\r\n`);
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
});

test.each([
  ['000', 0],
  ['999', 999],
  ['600', 600],
])('status %s is recorded and is no success', async (text, statusCode) => {
  const result = await sendTo((socket) => {
    socket.end(`HTTP/1.1 ${text} Odd\r\ncontent-length: 0\r\n\r\n`);
  });
  expect(result).toMatchObject({ statusCode, error: 'status_invalid' });
});

test('NUL, ESC and bad UTF-8 in the body are kept as bytes', async () => {
  const bytes = Buffer.from([0, 27, 91, 51, 49, 109, 0xff, 0xfe, 0xc3, 0x28, 0]);
  const result = await sendTo((socket) => {
    socket.write(`${OK}content-length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes);
  });
  expect(result.responseBody?.equals(bytes)).toBe(true);
});

test('bad UTF-8 in a header is kept as latin1, and hostile names harm nothing', async () => {
  const result = await sendTo((socket) => {
    socket.write(
      `${OK}__proto__: a\r\nconstructor: b\r\nset-cookie: 1\r\nset-cookie: 2\r\nx-odd: `,
    );
    socket.write(Buffer.from([0xff, 0xfe, 0x80]));
    socket.write('\r\ncontent-length: 0\r\n\r\n');
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseHeaders).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['set-cookie', '1'],
    ['set-cookie', '2'],
    ['x-odd', 'ÿþ\u0080'],
    ['content-length', '0'],
  ]);
});

test.each([
  ['closes', (socket: Socket) => void socket.end(), 'connection_reset'],
  ['resets', (socket: Socket) => void socket.resetAndDestroy(), 'connection_reset'],
  ['writes garbage', (socket: Socket) => void socket.write('SSH-2.0\r\n'), 'not_http'],
  ['writes 100 Continue', (s: Socket) => void s.write('HTTP/1.1 100 X\r\n\r\n'), 'status_1xx'],
])(
  'a receiver that %s before it is asked sees one connection an attempt, not a storm of them',
  async (_name, act, error) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      act(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await post(transport, `http://127.0.0.1:${port}/`)).toMatchObject({ error });
    expect(sockets).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  },
);

test('a hostile receiver leaves the others alone', async () => {
  const good = await startReceiver();
  receiver = await startRawReceiver(flood(`${OK}\r\n`, Buffer.alloc(65_536)));
  const bad = Array.from({ length: 50 }, () => post(patient, receiver?.origin ?? ''));
  const results = await Promise.all(Array.from({ length: 50 }, () => post(patient, good.origin)));
  expect(results.every((result) => result.error === null)).toBe(true);
  await Promise.all(bad);
  await good.close();
});

test('undici survives Connection: close with 64 KiB to a reader that pauses', async () => {
  // undici 7.28 to 7.30 end the process here: assert(!this.paused).
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.end(`${OK}connection: close\r\n\r\n${'p'.repeat(256 * 1024)}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new Pool(`http://127.0.0.1:${port}`);
  const total = await new Promise<number>((resolve, reject) => {
    let bytes = 0;
    pool.dispatch(
      { method: 'POST', path: '/', body: '{}' },
      {
        onResponseStart: (controller) => controller.pause(),
        onResponseData: (controller, chunk) => {
          bytes += chunk.length;
          controller.pause();
          setTimeout(() => controller.resume(), 5);
        },
        onResponseEnd: () => resolve(bytes),
        onResponseError: (_controller, error) => reject(error),
        onRequestStart: (controller) => void setTimeout(() => controller.resume(), 100),
      },
    );
  });
  expect(total).toBe(256 * 1024);
  await pool.close();
  await new Promise((resolve) => server.close(resolve));
});

test('Connection: close with 64 KiB is cut at the cap', async () => {
  const result = await sendTo((socket) => {
    socket.end(`${OK}connection: close\r\n\r\n${'p'.repeat(256 * 1024)}`);
  });
  expect(result).toMatchObject({ statusCode: 200, error: null });
  expect(result.responseBody).toHaveLength(8_192);
});
