import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  byteaArray,
  float8Array,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  uuidArray,
} from '../../src/store/arrays.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What PostgreSQL understood, as the text of each element. */
async function understood(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await client.query<{ text: string | null }>({
    name: `arrays-${type}`,
    text: `select e::text as text from unnest($1::${type}[]) with ordinality as u(e, n) order by n`,
    values: [array],
  });
  return rows.map(({ text }) => text);
}

const lists = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
  fc.array(fc.option(element, { freq: 4 }), { maxLength: 40 });

async function holds<T>(
  type: string,
  element: fc.Arbitrary<T>,
  encode: (values: (T | null)[]) => Buffer,
  text: (value: T) => string,
): Promise<void> {
  const run = async (values: (T | null)[]): Promise<void> => {
    const wanted = values.map((value) => (value === null ? null : text(value)));
    expect(await understood(type, encode(values))).toEqual(wanted);
  };
  await run([]);
  await run([null]);
  await fc.assert(fc.asyncProperty(lists(element), run), { numRuns: 60 });
}

// NUL is not text to PostgreSQL; a lone surrogate becomes U+FFFD, as in every UTF-8.
const unicode = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((text) => text.replaceAll('\0', ''));

test('text arrives as it was: empty, quoted, braced, of any script', async () => {
  await holds('text', unicode, textArray, (value) => value);
  const odd = ['', 'null', 'NULL', '{}', '"', '\\', ',', ' ', '\n', '😀', 'é', '\u{10ffff}'];
  expect(await understood('text', textArray(odd))).toEqual(odd);
  expect(await understood('text', textArray(['a\ud800b']))).toEqual(['a\ufffdb']);
});

test('text of many kilobytes arrives as it was', async () => {
  const long = ['ö'.repeat(50_000), 'x'.repeat(98_304), null, ''];
  expect(await understood('text', textArray(long))).toEqual(long);
});

test('whole numbers arrive as they were, to their ends', async () => {
  const int8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  await holds('int8', int8, int8Array, (value) => value);
  await holds('int4', fc.integer(), int4Array, String);
  await holds('int2', fc.integer({ min: -32_768, max: 32_767 }), int2Array, String);
});

test('fractions arrive bit by bit', async () => {
  const text = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
  const numbers = fc.double({ noNaN: true });
  const run = async (values: (number | null)[]): Promise<void> => {
    const found = await understood('float8', float8Array(values));
    const read = found.map((each) => (each === null ? null : text(Number(each))));
    expect(read).toEqual(values.map((value) => (value === null ? null : text(value))));
  };
  await run([]);
  await fc.assert(fc.asyncProperty(lists(numbers), run), { numRuns: 60 });
});

test('fingerprints arrive as uuids', async () => {
  const hex = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((b) => Buffer.from(b).toString('hex'));
  await holds('uuid', hex, uuidArray, (value) =>
    value.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  );
});

test('bytes arrive as they were, NUL and empty too', async () => {
  const bytes = fc.uint8Array({ maxLength: 100 }).map((b) => Buffer.from(b));
  const run = async (values: (Buffer | null)[]): Promise<void> => {
    const { rows } = await client.query<{ e: Buffer | null }>({
      name: 'arrays-bytea',
      text: 'select e from unnest($1::bytea[]) with ordinality as u(e, n) order by n',
      values: [byteaArray(values)],
    });
    expect(rows.map(({ e }) => e?.toString('hex') ?? null)).toEqual(
      values.map((value) => value?.toString('hex') ?? null),
    );
  };
  await run([]);
  await run([Buffer.alloc(0), null, Buffer.from([0])]);
  await fc.assert(fc.asyncProperty(lists(bytes), run), { numRuns: 60 });
});
