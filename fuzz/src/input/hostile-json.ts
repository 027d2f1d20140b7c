import { gzipSync } from 'node:zlib';
import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick, randomBytes } from '../answers/picks.ts';

/** Text that stands in the document as it is, whether JSON or not. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const DEEP = 10_000;
const raw = (text: string) => () => new Raw(text);

const NASTY: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => '',
  () => [],
  () => ({}),
  () => [[[]]],
  () => '\0',
  () => 'x\0y',
  () => '\u001b[2J\u202e\uFEFF',
  () => 'x'.repeat(5_000),
  () => '漢'.repeat(50_000),
  () => Array.from({ length: 2_000 }, () => 'x'),
  () => Array.from({ length: 60_000 }, () => 0),
  () => Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index])),
  () => '2026-02-30T00:00:00Z',
  () => '9999-12-31T23:59:59-23:59',
  () => '0000-01-01T00:00:00Z',
  () => '../../etc/passwd',
  () => `'; drop table sydx.events; --`,
  () => 'javascript:alert(1)',
  () => 'https://user:password@example.com/',
  () => 'http://169.254.169.254/latest/meta-data',
  () => 'http://[::1]:1/',
  () => 'http://2130706433:65536/',
  () => 'https://xn--/',
  () => 'whk_0000000000000',
  () => '__proto__',
  () => 'constructor',
  () => 'toString',
  raw('1e999'),
  raw('-1e999'),
  raw('12345678901234567890'),
  raw('9007199254740993'),
  raw('1e-400'),
  raw('-0'),
  raw('NaN'),
  raw('Infinity'),
  raw('01'),
  raw('0x10'),
  raw("'x'"),
  raw('undefined'),
  raw(String.raw`"\ud800"`),
  raw(String.raw`"\udc00\ud800"`),
  raw(String.raw`"\u0000"`),
  raw(String.raw`"\x"`),
  raw('"\u0001"'),
  raw('['.repeat(DEEP) + ']'.repeat(DEEP)),
  raw('['.repeat(DEEP)),
  raw('{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)),
  raw('{"__proto__":{"isAdmin":true}}'),
  raw('{"constructor":{"prototype":{"isAdmin":true}}}'),
  raw('{"toJSON":1,"then":1,"length":-1}'),
];

/** Fields pushed into some object of the document. */
const PUSHED = [
  '"__proto__":{"a":1},',
  '"constructor":{"prototype":{"a":1}},',
  '"name":"first",',
  '"id":"evt_0",',
  '"tenantId":"first",',
  '"":0,',
  '"extra":1,',
  String.raw`"\ud800":1,`,
  String.raw`"a\u0000":1,`,
  String.raw`"__pr\u006fto__":1,`,
];

/** Spoils a value in one to three places. @returns JSON or something near it */
export function spoil(dice: Dice, value: unknown): string {
  let tree: unknown = value;
  for (let times = dice.between(1, 3); times > 0; times -= 1) tree = spoilOnce(dice, tree);
  let text = write(tree);
  if (chance(dice, 15)) {
    const at = braces(text);
    const brace = at.length === 0 ? -1 : pick(dice, at);
    text = text.slice(0, brace + 1) + pick(dice, PUSHED) + text.slice(brace + 1);
  }
  return text;
}

function spoilOnce(dice: Dice, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Raw || chance(dice, 15)) {
    return pick(dice, NASTY)();
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(dice, NASTY)();
  const key = pick(dice, keys);
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])];
    list[Number(key)] = spoilOnce(dice, list[Number(key)]);
    return list;
  }
  const { [key]: chosen, ...rest } = value as Record<string, unknown>;
  if (chance(dice, 20)) return rest;
  if (chance(dice, 10)) return { ...rest, [`${key}s`]: chosen };
  return { ...rest, [key]: spoilOnce(dice, chosen) };
}

export function write(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${write(item)}`,
    );
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

function braces(text: string): number[] {
  const at: number[] = [];
  for (let index = text.indexOf('{'); index !== -1 && at.length < 50; ) {
    at.push(index);
    index = text.indexOf('{', index + 1);
  }
  return at;
}

export interface Bytes {
  readonly body: Buffer;
  readonly headers: readonly (readonly [string, string])[];
}

const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/vnd.api+json',
  'application/jsonp',
  '',
  'json',
  'application/json, text/plain',
];

/** What no reader of JSON takes, by bytes, encoding or declaration. Every one of these is refused. */
const RUINS: readonly ((dice: Dice, text: string) => Bytes)[] = [
  (dice, text) =>
    json(Buffer.from(text).subarray(0, dice.between(1, Math.max(1, text.length - 1)))),
  (_dice, text) => json(Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xc0, 0x80])])),
  (_dice, text) => json(Buffer.from(`\uFEFF${text}`, 'utf16le')),
  (_dice, text) => json(Buffer.from(`${text}${text}`)),
  (_dice, text) => json(Buffer.from(`${text}//`)),
  () => json(Buffer.alloc(0)),
  () => json(Buffer.from(' \n\t ')),
  () => json(Buffer.from('null')),
  () => json(Buffer.from('['.repeat(DEEP * 10))),
  (dice) => json(randomBytes(dice, dice.between(1, 2_000))),
  (_dice, text) => ({
    body: gzipSync(text),
    headers: [
      ['content-type', 'application/json'],
      ['content-encoding', 'gzip'],
    ],
  }),
  (dice, text) => ({ body: Buffer.from(text), headers: [['content-type', pick(dice, TYPES)]] }),
];

export function ruin(dice: Dice, text: string): Bytes {
  return pick(dice, RUINS)(dice, text);
}

export function json(body: Buffer): Bytes {
  return { body, headers: [['content-type', 'application/json']] };
}
