import { gzipSync } from 'node:zlib';
import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick, randomBytes } from './picks.ts';

/** What stands where the version belongs; mostly right, so that what follows is read. */
const ODD_VERSIONS = ['HTTP/1.0', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2', 'ICY', ''];
const STATUSES = [
  200, 200, 201, 204, 205, 206, 299, 301, 304, 307, 400, 401, 404, 410, 413, 429, 500, 503,
];
const ODD_STATUSES =
  '100 101 102 103 199 000 099 600 999 99 1000 -1 +200 2OO 0200 2e2 4294967496'.split(' ');
const ODD_REASONS = ['', 'Non-Authoritative \0', '\u00ff\u00fe', 'x'.repeat(20_000), '\x1b[31m'];
const LENGTHS = ['0', '1', '5', '-1', '+5', '5 ', '0x5', '5, 5', '5;', '', 'many', '5e9'];
const HUGE_LENGTHS = ['9007199254740993', '18446744073709551617', `1${'0'.repeat(400)}`];
const ENCODINGS = [
  'chunked',
  'Chunked',
  'gzip, chunked',
  'chunked, chunked',
  'identity',
  'xchunked',
];
const CONNECTIONS = ['close', 'keep-alive', 'upgrade', 'close, keep-alive', 'x\0y'];
const KEEP_ALIVES = ['timeout=0', 'timeout=99999999999', 'timeout=-1', 'timeout=x', 'max=0'];
const RETRIES = ['1', '-1', '1e9', 'Wed, 21 Oct 2015 07:28:00 GMT', '99999999999999999999', ''];

/** Headers that change how the rest is read, and some that only look odd. */
const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['Content-Length', [...LENGTHS, ...HUGE_LENGTHS]],
  ['Transfer-Encoding', ENCODINGS],
  ['Connection', CONNECTIONS],
  ['Keep-Alive', KEEP_ALIVES],
  ['Retry-After', RETRIES],
  ['Upgrade', ['h2c', 'websocket', 'TLS/1.3']],
  ['Content-Encoding', ['gzip', 'br', 'deflate', 'zstd']],
  ['Location', ['http://169.254.169.254/', '//[::1]/', '\u00e9']],
  ['Set-Cookie', ['a=b', '']],
  ['Trailer', ['Content-Length']],
  ['__proto__', ['x']],
  ['constructor', ['x']],
];

/** Lines that are no header at all, or one that parsers disagree on. */
const ODD_LINES = [
  'Content-Length : 5',
  ' folded: onto the line before',
  '\tfolded',
  'no colon',
  ': no name',
  'x\0y: z',
  'x: a\rb',
  'x: a\nb: c',
  'X-Big: '.padEnd(20_000, 'h'),
  'Content-Length\u00a0: 5',
  'Transfer-Encoding:\x0bchunked',
];

const CHUNK_SIZES = [
  'FFFFFFFFFFFFFFFFF',
  '-1',
  '0x5',
  '5;ext=1',
  '5 ',
  'ZZZ',
  '',
  '7fffffffffffffff',
];

/** Something that begins like an HTTP answer. Whether it is one is a matter of luck. */
export function httpAnswer(dice: Dice): Buffer {
  const parts: Buffer[] = [];
  for (let n = chance(dice, 10) ? dice.between(1, 60) : 0; n > 0; n -= 1) {
    parts.push(latin1(`HTTP/1.1 ${pick(dice, ['100', '102', '103'])} Wait\r\n\r\n`));
  }
  parts.push(oneAnswer(dice));
  // One more, which nobody asked for.
  if (chance(dice, 5)) parts.push(oneAnswer(dice));
  return Buffer.concat(parts);
}

function oneAnswer(dice: Dice): Buffer {
  const body = someBody(dice);
  const framing = framed(dice, body);
  const lines = [
    [
      chance(dice, 92) ? 'HTTP/1.1' : pick(dice, ODD_VERSIONS),
      chance(dice, 80) ? pick(dice, STATUSES) : pick(dice, ODD_STATUSES),
      chance(dice, 95) ? 'OK' : pick(dice, ODD_REASONS),
    ].join(' '),
  ];
  lines.push(...framing.headers);
  for (let n = dice.between(-3, 4); n > 0; n -= 1) {
    const [name, values] = pick(dice, HEADERS);
    lines.push(`${name}: ${pick(dice, values)}`);
  }
  if (chance(dice, 15)) lines.push(pick(dice, ODD_LINES));
  if (chance(dice, 3)) lines.push(...Array<string>(dice.between(50, 5_000)).fill('a:'));
  const lineEnd = chance(dice, 92) ? '\r\n' : pick(dice, ['\n', '\r', '\n\r', '\r\r\n']);
  const head = lines.join(lineEnd) + lineEnd + lineEnd;
  return Buffer.concat([latin1(head), ...framing.body]);
}

/** The body with what announces it, truthfully or not. */
function framed(dice: Dice, body: Buffer): { headers: string[]; body: Buffer[] } {
  const way = dice.between(1, 10);
  if (way <= 4) return { headers: [`Content-Length: ${body.length}`], body: [body] };
  if (way <= 5) {
    const wrong = body.length + dice.between(-5, 5);
    return { headers: [`content-length: ${wrong}`], body: [body] };
  }
  if (way <= 8) return { headers: ['Transfer-Encoding: chunked'], body: chunked(dice, body) };
  return { headers: [], body: [body] };
}

function chunked(dice: Dice, body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, dice.between(1, 5_000));
    const told = chance(dice, 97) ? size.toString(16) : pick(dice, CHUNK_SIZES);
    parts.push(latin1(`${told}\r\n`), body.subarray(at, at + size), latin1('\r\n'));
    at += size;
  }
  if (chance(dice, 90)) parts.push(latin1('0\r\n'));
  if (chance(dice, 10)) parts.push(latin1('Trailer: x\r\n'.repeat(dice.between(1, 2_000))));
  parts.push(latin1('\r\n'));
  return parts;
}

function someBody(dice: Dice): Buffer {
  const way = dice.between(1, 20);
  if (way <= 8) return latin1('{"received":true}');
  if (way <= 12) return Buffer.alloc(0);
  if (way <= 16) return randomBytes(dice, dice.between(1, 200));
  if (way <= 18) return gzipSync(Buffer.alloc(dice.between(1, 300_000)));
  return Buffer.alloc(dice.between(8_000, 150_000), 'z');
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
