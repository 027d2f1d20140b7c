import { expect, test } from 'vitest';
import { z } from 'zod';
import * as contract from '../src/index.ts';
import { type FieldError, judge } from '../src/field-errors.ts';

function errorsOf(schema: z.ZodType, value: unknown): readonly FieldError[] {
  const judgement = judge(schema, value);
  return judgement.ok ? [] : judgement.errors;
}

test('a request with a flood of mistakes is told the first hundred', () => {
  const shape = z.strictObject({ list: z.array(z.string()).optional() });
  const names = Array.from({ length: 5000 }, (_, index) => `field${index}`);
  const unknown = Object.fromEntries(names.map((name) => [name, 0]));
  expect(errorsOf(shape, unknown).map(({ pointer }) => pointer)).toEqual(
    names.slice(0, 100).map((name) => `/${name}`),
  );
  expect(errorsOf(shape, { list: names.map(() => 0), more: 0 })).toHaveLength(100);
});

test.each<[string, z.ZodType, unknown, string]>([
  ['what is missing', z.object({ a: z.string() }), {}, 'is required'],
  ['a choice that is missing', z.object({ a: z.enum(['x', 'y']) }), {}, 'is required'],
  ['no string', z.string(), 7, 'must be a string'],
  ['no number', z.coerce.number(), 'x', 'must be a number'],
  ['a fraction', z.int(), 1.5, 'must be a whole number'],
  ['no truth', z.boolean(), 'yes', 'must be true or false'],
  ['no list', z.array(z.string()), {}, 'must be a list'],
  ['no object', z.object({}), [], 'must be an object'],
  ['a type without a word', z.date(), 7, 'must be of the type date'],
  ['one choice', z.literal('x'), 'y', 'must be x'],
  ['several choices', z.enum(['x', 'y']), 'z', 'must be one of x, y'],
  ['nothing in a string', z.string().min(1), '', 'must not be empty'],
  ['too few characters', z.string().min(8), 'x', 'must have at least 8 characters'],
  ['too many characters', z.string().max(2), 'xxx', 'must have at most 2 characters'],
  ['another length', z.string().length(2), 'xxx', 'must have exactly 2 characters'],
  ['too many entries', z.array(z.int()).max(2), [1, 2, 3], 'must have at most 2 entries'],
  ['too small a number', z.number().min(1), 0, 'must be at least 1'],
  ['too large a number', z.number().max(100), 101, 'must be at most 100'],
  ['a number on the bound', z.number().lt(5), 5, 'must be less than 5'],
  ['a number on the lower bound', z.number().gt(5), 5, 'must be more than 5'],
  ['an odd number', z.number().multipleOf(2), 3, 'must be a multiple of 2'],
  ['a pattern', z.string().regex(/^x$/), 'y', 'does not have the form that it must have'],
  ['a bare refinement', z.string().refine(() => false), 'y', 'is not valid'],
  [
    'no shape of several',
    z.union([z.string(), z.int()]),
    null,
    'has none of the shapes that it may have',
  ],
  ['an unknown field', z.strictObject({}), { a: 1 }, 'is not a field of this request'],
  [
    'a name',
    z.record(z.string().regex(/^\d+$/, 'must be digits'), z.string()),
    { x: 'y' },
    'has a name that must be digits',
  ],
  [
    'an entry of a map',
    z.map(z.object({}), z.string()),
    new Map([[{}, 7]]),
    'has an entry that must be a string',
  ],
  ['what tells shapes apart', contract.CreateSource, {}, 'is required'],
  [
    'an unknown kind',
    contract.CreateSource,
    { kind: 'sms' },
    'must be one of whatsapp, meta-leads, form',
  ],
  ['what a schema has words for', z.string().min(3, 'must be long'), '', 'must be long'],
])('%s is refused in our words', (_what, schema, value, sentence) => {
  expect(errorsOf(schema, value).map(({ detail }) => detail)).toEqual([sentence]);
});

/** Wrong for nearly every field: what a schema says to each of them must be ours. */
const WRONG: readonly unknown[] = [
  null,
  7,
  1.5,
  -1,
  1e9,
  true,
  '',
  'x',
  '\0',
  'x'.repeat(5000),
  [],
  [null],
  {},
  { x: 1 },
];

const schemas: [string, z.ZodType][] = [];
for (const [name, exported] of Object.entries<unknown>(contract)) {
  if (exported instanceof z.ZodType) schemas.push([name, exported]);
}
for (const [type, { data }] of Object.entries(contract.EVENTS)) schemas.push([type, data]);
for (const [kind, { settings, settingsPatch }] of Object.entries(contract.SOURCE_KINDS)) {
  schemas.push([`${kind} settings`, settings], [`${kind} settingsPatch`, settingsPatch]);
}

test.each(schemas)('%s never speaks in words of zod', (_name, schema) => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const bodies = [...WRONG];
  for (const field of Object.keys(properties)) {
    for (const wrong of WRONG) bodies.push({ [field]: wrong });
  }
  for (const body of bodies) {
    for (const { detail } of errorsOf(schema, body)) {
      expect(detail, JSON.stringify(body)?.slice(0, 100)).toMatch(/^(must|is|has|does) /);
      expect(detail).not.toMatch(/undefined|expected|, received|Invalid/);
    }
  }
});
