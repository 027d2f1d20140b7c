import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { AttemptErrorCode } from '@sydx/contract';
import type { Script } from './receivers.ts';

/** One way of being hostile, and how an attempt at it is recorded. */
export interface Hostility {
  readonly name: string;
  readonly act: Script;
  /** Null: no status line that counts. */
  readonly statusCode: number | null;
  readonly error: AttemptErrorCode | null;
}

export const OK = 'HTTP/1.1 200 OK\r\n';

/** Writes again and again, every few milliseconds. */
export function drip(text: string | Buffer, everyMs: number): Script {
  return (socket) => {
    const timer = setInterval(() => socket.write(text), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Writes again and again, as fast as the socket takes it. */
export function flood(first: string, chunk: string | Buffer): Script {
  return (socket) => {
    socket.write(first);
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };
}

/** Writes once and stays. */
export function say(...parts: (string | Buffer)[]): Script {
  return (socket) => {
    for (const part of parts) socket.write(part);
  };
}

/** Writes once and closes. */
function sayAndEnd(...parts: (string | Buffer)[]): Script {
  return (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

/** A reset, of the connection below where the socket is one of TLS. */
export function reset(socket: Socket): void {
  const below = (socket as Socket & { _parent?: Socket | null })._parent ?? socket;
  below.resetAndDestroy();
}

const BOMB = gzipSync(Buffer.alloc(50_000_000));
const ODD_BYTES = Buffer.from([0, 27, 91, 51, 49, 109, 0xff, 0xfe, 0xc3, 0x28, 0]);

const timesOut = { statusCode: null, error: 'timeout' } as const;
const succeeds = { statusCode: 200, error: null } as const;
const isReset = { statusCode: null, error: 'connection_reset' } as const;
const isNoHttp = { statusCode: null, error: 'not_http' } as const;
const isTooLarge = { statusCode: null, error: 'response_headers_too_large' } as const;

/** Line 16 of the acceptance list, and what the field knows beside it. */
export const HOSTILITIES: readonly Hostility[] = [
  { name: 'silence', act: () => {}, ...timesOut },
  {
    name: 'dripped headers',
    act: (socket, bytes) => {
      socket.write(OK);
      drip('x', 10)(socket, bytes);
    },
    ...timesOut,
  },
  {
    name: 'a dripped body',
    act: (socket, bytes) => {
      socket.write(`${OK}content-length: 1000000\r\n\r\n`);
      drip('x', 10)(socket, bytes);
    },
    ...succeeds,
  },
  { name: 'a body that never starts', act: say(`${OK}content-length: 5\r\n\r\n`), ...succeeds },
  { name: 'an endless body', act: flood(`${OK}\r\n`, Buffer.alloc(65_536, 'z')), ...succeeds },
  {
    name: 'an endless chunked body',
    act: flood(`${OK}transfer-encoding: chunked\r\n\r\n`, `4000\r\n${'y'.repeat(0x4000)}\r\n`),
    ...succeeds,
  },
  {
    name: 'an endless trailer',
    act: flood(`${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n`, 't: x\r\n'.repeat(1_000)),
    ...succeeds,
  },
  {
    name: 'a flood of 1xx',
    act: flood('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)),
    statusCode: null,
    error: 'status_1xx',
  },
  {
    name: 'dripped 1xx',
    act: drip('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', 250),
    ...timesOut,
  },
  {
    name: 'an upgrade that nobody asked for',
    act: say('HTTP/1.1 101 X\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
    statusCode: null,
    error: 'status_1xx',
  },
  {
    name: 'a gzip bomb',
    act: say(`${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`, BOMB),
    ...succeeds,
  },
  { name: 'huge headers', act: flood(OK, `x-big: ${'h'.repeat(4_000)}\r\n`), ...isTooLarge },
  { name: 'one endless header', act: flood(`${OK}x: `, 'h'.repeat(65_536)), ...isTooLarge },
  { name: 'thousands of headers', act: flood(OK, 'a:\r\n'.repeat(10_000)), ...isTooLarge },
  { name: 'a close before any byte', act: (socket) => socket.end(), ...isReset },
  { name: 'a reset before any byte', act: reset, ...isReset },
  {
    name: 'a reset in the middle of the headers',
    act: (socket) => void socket.write(`${OK}content-ty`, () => reset(socket)),
    ...isReset,
  },
  {
    name: 'a reset in the middle of the body',
    act: (socket) => {
      socket.write(`${OK}content-length: 100\r\n\r\npart`);
      setTimeout(() => reset(socket), 20);
    },
    ...succeeds,
  },
  { name: 'garbage instead of HTTP', act: say('SSH-2.0-OpenSSH_9.2\r\n'), ...isNoHttp },
  { name: 'zeros', act: say(Buffer.alloc(1_000)), ...isNoHttp },
  {
    name: 'HTTP/2',
    act: say(Buffer.from('000012040000000000000300000064', 'hex')),
    ...isNoHttp,
  },
  {
    name: 'two lengths',
    act: say(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
    ...isNoHttp,
  },
  { name: 'NUL in a header', act: say(`${OK}x-nul: a\0b\r\n\r\n`), ...isNoHttp },
  {
    name: 'status 000',
    act: sayAndEnd('HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n'),
    statusCode: 0,
    error: 'status_invalid',
  },
  {
    name: 'status 999',
    act: sayAndEnd('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'),
    statusCode: 999,
    error: 'status_invalid',
  },
  {
    name: 'NUL and bad UTF-8 in a header and in the body',
    act: say(
      `${OK}x-odd: `,
      Buffer.from([0xff, 0xfe, 0x80]),
      '\r\ncontent-length: 11\r\n\r\n',
      ODD_BYTES,
    ),
    ...succeeds,
  },
  {
    name: 'NUL and bad UTF-8 in the body of a failure',
    act: sayAndEnd('HTTP/1.1 500 Odd\r\ncontent-length: 11\r\n\r\n', ODD_BYTES),
    statusCode: 500,
    error: 'status_5xx',
  },
  {
    // What ended the whole process with undici 6.29 and 7.28 to 7.30.
    name: 'Connection: close with 256 KiB',
    act: (socket) => {
      socket.end(`${OK}connection: close\r\n\r\n${'p'.repeat(256 * 1024)}`);
    },
    ...succeeds,
  },
  {
    name: 'a redirect to a metadata address',
    act: sayAndEnd(
      'HTTP/1.1 307 X\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n',
    ),
    statusCode: 307,
    error: 'status_3xx',
  },
];
