import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCustomData, eventTypeProblems, readDataSchema } from '../../src/index.ts';
import { KEYWORDS } from '../../src/schema/keywords.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Mostly sensible, now and then anything. */
const { schema } = fc.letrec<{ schema: unknown; value: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.boolean(),
    fc.dictionary(fc.constantFrom(...KEYWORDS.keys(), 'title', 'typo', '$defs'), tie('value'), {
      maxKeys: 4,
    }),
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('object', 'string', 'a', '^a+$', '(a|b)*c', '(?=a)', 'date', '#', '#/$defs/a'),
    fc.constantFrom(0, 1, 2, -1, 0.1, 1e308, true, null),
    fc.array(tie('schema'), { maxLength: 3 }),
    fc.array(fc.constantFrom('a', 'b', 'string', 'null'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '^a', '__proto__'), tie('schema'), { maxKeys: 3 }),
    tie('schema'),
  ),
}));
const data = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue()),
);

test('whatever is given as a schema is read or refused with a place, and judges whatever is given as data', () => {
  let taken = 0;
  fc.assert(
    fc.property(schema, data, (given, value) => {
      const reading = readDataSchema(given);
      if (!reading.ok) {
        expect(reading.errors.length).toBeGreaterThan(0);
        for (const { pointer, detail } of reading.errors) {
          expect(pointer).toMatch(/^\/schema/);
          expect(detail).not.toBe('');
        }
        return;
      }
      taken += 1;
      const before = JSON.stringify(value);
      for (const { pointer } of checkCustomData(reading.schema, value)) {
        expect(pointer).toMatch(/^\/data/);
      }
      expect(JSON.stringify(value)).toBe(before);
    }),
    { seed, numRuns: 5_000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('what is nested without end is refused, and nothing falls over it', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 15_000; level += 1) deep = [deep];
  expect(eventTypeProblems({ schema: { enum: [deep] }, sample: {} })).toEqual([
    { pointer: '/schema', detail: 'is nested too deeply' },
  ]);
  expect(eventTypeProblems({ schema: { const: 1 }, sample: deep })).toEqual([
    { pointer: '/sample', detail: 'is nested too deeply to be delivered' },
  ]);
});
