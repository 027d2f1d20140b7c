import { describe, expect, test } from 'vitest';
import { parseExact, parseLenient } from '../../src/exact/index.ts';

/** Each way of reading, to its value. */
const READERS: readonly [string, (raw: string) => unknown][] = [
  ['parseExact', (raw) => valueOf(parseExact(raw))],
  ['parseLenient', (raw) => valueOf(parseLenient(raw))],
];

function valueOf(reading: { ok: true; value: unknown } | { ok: false }): unknown {
  if (!reading.ok) throw new Error(JSON.stringify(reading));
  return reading.value;
}

/** Own keys in their order, of all objects. */
function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(keysOf);
  return Object.entries(value).map(([key, item]) => [key, keysOf(item)]);
}

describe.each(READERS)('%s gives keys as they are written', (name, read) => {
  test.each([
    ['a quote', 'x\\"', 'x"'],
    ['a line break', 'x\\n', 'x\n'],
    ['a letter by its number', 'x\\u00e9', 'xé'],
    ['a slash', 'x\\/', 'x/'],
    ['a backslash, then more', 'x\\\\y', 'x\\y'],
    ['beside others than Latin', '日\\"', '日"'],
  ])('%s, after an object of anybody else that had a backslash there', (what, written, key) => {
    const before = written.slice(0, written.indexOf('\\'));
    const first = `${name} ${what}`;
    expect(keysOf(read(`{"${first}":1,"${before}\\\\":2}`))).toEqual([
      [first, 1],
      [`${before}\\`, 2],
    ]);
    expect(keysOf(read(`{"${first}":1,"${written}" : 2}`))).toEqual([
      [first, 1],
      [key, 2],
    ]);
    expect(
      keysOf(read(`[{"${first}":1,"${before}\\\\":2},{"${first}":1,"${written}":2}]`)),
    ).toEqual([
      [
        [first, 1],
        [`${before}\\`, 2],
      ],
      [
        [first, 1],
        [key, 2],
      ],
    ]);
  });

  test('as JSON.parse would: order, numbers as names, the last of the same name, values untouched', () => {
    expect(
      keysOf(read('{"b\\u0031":1,"\\u0037":2,"a":3,"\\u0061":4,"v":"k\\"","deep":[{"q\\t":{}}]}')),
    ).toEqual([
      ['7', 2],
      ['b1', 1],
      ['a', 4],
      ['v', 'k"'],
      ['deep', [[['q\t', []]]]],
    ]);
  });
});

test('parseLenient keeps a field whose escaped name is __proto__ an ordinary field', () => {
  const value = valueOf(parseLenient('{"\\u005f_proto__":{"admin":true}}')) as { admin?: boolean };
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(value.admin).toBeUndefined();
});

test('a text of backslashes alone is looked at once', () => {
  const raw = `{"data":"${'\\"'.repeat(1_000_000)}"}`;
  expect(valueOf(parseExact(raw))).toEqual({ data: '"'.repeat(1_000_000) });
});
