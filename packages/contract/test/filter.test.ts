import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileFilter,
  fieldNames,
  fieldOf,
  FILTER_OPERATORS,
  LIMITS,
  readFilter,
  type WebhookFilter,
} from '../src/index.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9);
const RUNS = { seed: SEED, numRuns: 300 };

/** What JSON.parse makes of it, as events come in. */
const parsed = (json: string): Record<string, unknown> => JSON.parse(json);

const LEAD = parsed(
  '{"name":"Asha","phone":"919876543210","source":"facebook_ad","campaign":null,"score":42,' +
    '"agent":{"name":"Ravi","team.lead":true},"tags":["vip","new"],"__proto__":{"odd":1}}',
);

function passes(filter: WebhookFilter, data = LEAD): boolean {
  const reading = readFilter(filter);
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues));
  return compileFilter(reading.filter)(data);
}

describe('a condition', () => {
  test.each<[WebhookFilter, boolean]>([
    [{ field: 'source', equals: 'facebook_ad' }, true],
    [{ field: 'source', equals: 'Facebook_ad' }, false],
    [{ field: 'score', equals: 42 }, true],
    [{ field: 'score', equals: '42' }, false],
    [{ field: 'campaign', equals: null }, true],
    [{ field: 'agent', equals: null }, false],
    [{ field: 'source', in: ['web_form', 'facebook_ad'] }, true],
    [{ field: 'source', in: ['web_form'] }, false],
    [{ field: 'score', in: ['42'] }, false],
    [{ field: 'campaign', exists: true }, true],
    [{ field: 'email', exists: true }, false],
    [{ field: 'email', exists: false }, true],
    [{ field: 'phone', prefix: '91' }, true],
    [{ field: 'phone', prefix: '1' }, false],
    [{ field: 'score', prefix: '4' }, false],
    [{ field: 'score', gt: 42 }, false],
    [{ field: 'score', gte: 42 }, true],
    [{ field: 'score', lt: 42.5 }, true],
    [{ field: 'score', lte: 41 }, false],
    [{ field: 'phone', gt: 1 }, false],
    [{ field: 'agent.name', equals: 'Ravi' }, true],
    [{ field: 'agent.team\\.lead', equals: true }, true],
    [{ field: 'agent.name.first', exists: true }, false],
  ])('%j of a lead is %s', (filter, expected) => {
    expect(passes(filter)).toBe(expected);
  });

  test.each(['equals', 'in', 'prefix', 'gt', 'gte', 'lt', 'lte'])(
    'with %s never matches a field that is missing',
    (operator) => {
      const operands: Record<string, unknown> = { equals: null, in: [null, 0], prefix: 'a' };
      const filter = { field: 'email', [operator]: operands[operator] ?? -1 };
      expect(passes(filter as WebhookFilter)).toBe(false);
    },
  );

  test.each([
    'constructor',
    'toString',
    '__proto__.toString',
    '__proto__.constructor.name',
    'tags.length',
    'tags.0',
    'name.length',
    'agent.hasOwnProperty',
  ])('never sees what objects, lists and strings inherit or have by themselves: %s', (field) => {
    expect(passes({ field, exists: true })).toBe(false);
  });

  test('sees a property that happens to be called __proto__', () => {
    expect(passes({ field: '__proto__.odd', equals: 1 })).toBe(true);
    expect(passes({ field: '__proto__.odd', equals: 1 }, {})).toBe(false);
  });
});

test('all wants every one, any wants one, in each other', () => {
  const yes = { field: 'source', equals: 'facebook_ad' };
  const no = { field: 'score', gt: 100 };
  expect(passes({ all: [yes, { any: [no, yes] }] })).toBe(true);
  expect(passes({ all: [yes, no] })).toBe(false);
  expect(passes({ any: [no, { all: [no, yes] }] })).toBe(false);
});

/** Conditions on few names and few values, so that they meet the data. */
const name = fc.constantFrom('a', 'b', 'c.d', '__proto__', 'length', 'constructor');
const value = fc.oneof(
  fc.constantFrom<unknown>('a', 'ab', '', 0, -0, 1, 1.5, true, false, null),
  fc.string({ maxLength: 5 }),
);
const field = fc.array(name, { minLength: 1, maxLength: 3 }).map(fieldOf);
const condition = fc.oneof(
  fc.record({ field, equals: value }),
  fc.record({ field, in: fc.array(value, { minLength: 1, maxLength: 4 }) }),
  fc.record({ field, exists: fc.boolean() }),
  fc.record({ field, prefix: fc.string({ minLength: 1, maxLength: 2 }) }),
  ...(['gt', 'gte', 'lt', 'lte'] as const).map((operator) =>
    fc.record({ field, [operator]: fc.constantFrom(-1, 0, 1, 1.5) }),
  ),
);
const filter = fc
  .letrec((tie) => ({
    group: fc.oneof(
      { maxDepth: LIMITS.filterDepth, depthSize: 'small' },
      condition,
      fc.record({ all: fc.array(tie('group'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('group'), { minLength: 1, maxLength: 3 }) }),
    ),
  }))
  .group.filter((made) => readFilter(made).ok)
  .map((made) => made as WebhookFilter);
const data = fc
  .jsonValue({ maxDepth: 4 })
  .chain((other) =>
    fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value), fc.constant(other))),
  )
  .map((made) => parsed(JSON.stringify(made)));

/** Looked into as it comes, without the types that the code under test relies on. */
type Loose = any; // oxlint-disable-line typescript/no-explicit-any

/** The meaning of a filter written down a second time, plainly. */
function meaning(of: Loose, given: Loose): boolean {
  if (of.all) return of.all.reduce((sum: boolean, one: Loose) => meaning(one, given) && sum, true);
  if (of.any) return of.any.reduce((sum: boolean, one: Loose) => meaning(one, given) || sum, false);
  let at: { is: unknown } | null = { is: given };
  for (const part of fieldNames(of.field) ?? []) {
    const entry: [string, unknown] | undefined =
      at !== null && Object.prototype.toString.call(at.is) === '[object Object]'
        ? Object.entries(at.is as object).find(([key]) => key === part)
        : undefined;
    at = entry === undefined ? null : { is: entry[1] };
  }
  if ('exists' in of) return of.exists === (at !== null);
  if (at === null) return false;
  const { is } = at;
  if ('equals' in of) return is === of.equals;
  if ('in' in of) return of.in.some((one: unknown) => one === is);
  if ('prefix' in of) return typeof is === 'string' && is.slice(0, of.prefix.length) === of.prefix;
  if (typeof is !== 'number') return false;
  if ('gt' in of) return is > of.gt;
  if ('gte' in of) return is >= of.gte;
  return 'lt' in of ? is < of.lt : is <= of.lte;
}

test('whatever the filter and the data, it means what is written down', () => {
  fc.assert(
    fc.property(filter, data, (made, given) => {
      const before = JSON.stringify(given);
      expect(compileFilter(made)(given)).toBe(meaning(made, given));
      expect(JSON.stringify(given)).toBe(before);
    }),
    RUNS,
  );
});

test('a path is read back as the names that it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
      expect(fieldNames(fieldOf(names))).toEqual(names);
    }),
    RUNS,
  );
});

test('reading never throws, whatever was sent, and what it lets pass can be compiled', () => {
  const anything = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('field', 'all', 'any', '__proto__', ...FILTER_OPERATORS),
        fc.oneof(fc.jsonValue(), fc.array(tie('node'))),
      ),
    ),
  })).node;
  fc.assert(
    fc.property(anything, data, (made, given) => {
      const reading = readFilter(made);
      if (reading.ok) expect(typeof compileFilter(reading.filter)(given)).toBe('boolean');
      else expect(reading.issues.length).toBeGreaterThan(0);
    }),
    RUNS,
  );
});

describe('reading refuses, with the place and a sentence,', () => {
  const good = { field: 'a', equals: 1 };
  const nested = (levels: number): unknown => (levels === 0 ? good : { all: [nested(levels - 1)] });
  const texts = (count: number, of: string) => Array.from({ length: count }, () => of.repeat(500));
  const many = (count: number) => Array.from({ length: count }, () => good);
  test.each<[string, unknown, string, RegExp]>([
    ['a list', [good], '', /must be an object/],
    ['an empty object', {}, '', /must be a condition with a field, or hold all or any/],
    ['an unknown operator', { field: 'a', matches: '.*' }, 'matches', /is not an operator: use/],
    ['code', { $where: 'sleep(1)' }, '$where', /must be a condition/],
    ['no comparison', { field: 'a' }, '', /must compare/],
    ['two comparisons', { field: 'a', gt: 1, lt: 2 }, 'lt', /use all with two conditions/],
    ['a condition beside a group', { all: [good], field: 'a' }, 'field', /put it into the list/],
    ['an empty group', { any: [] }, 'any', /at least one condition/],
    ['an empty name', { field: 'a..b', exists: true }, 'field', /names joined by dots/],
    ['an odd escape', { field: 'a\\b', exists: true }, 'field', /names joined by dots/],
    ['a long path', { field: 'a'.repeat(201), exists: true }, 'field', /at most 200 characters/],
    ['a long string', { field: 'a', equals: 'x'.repeat(501) }, 'equals', /at most 500 characters/],
    ['an object to equal', { field: 'a', equals: {} }, 'equals', /must be a string, a number/],
    ['NUL', { field: 'a', equals: 'x\0' }, 'equals', /must not hold U\+0000/],
    ['half a pair', { field: 'a\ud83d', exists: true }, 'field', /half of a surrogate pair/],
    ['an empty prefix', { field: 'a', prefix: '' }, 'prefix', /at least one character/],
    ['a string as a number', { field: 'a', gt: '1' }, 'gt', /must be a number/],
    ['a list too long', { field: 'a', in: many(101).map(() => 1) }, 'in', /at most 100 values/],
    ['an odd entry', { any: [good, { field: 'a', in: [1, []] }] }, 'any/1/in/1', /must be a str/],
    ['a group too deep', nested(5), 'all/0/all/0/all/0/all/0', /nested too deeply/],
    ['21 in one group', { all: many(21) }, 'all', /at most 20 conditions/],
    ['more than 16 KiB', { field: 'a', in: texts(33, 'x') }, '', /at most 16 KiB of JSON/],
    ['that in bytes', { any: [{ field: 'a', in: texts(17, 'é') }] }, '', /at most 16 KiB of JSON/],
    ['21 in two', { all: [{ any: many(10) }, { any: many(11) }] }, '', /at most 20 conditions/],
  ])('%s', (_what, given, place, sentence) => {
    const reading = readFilter(given);
    expect(reading.ok).toBe(false);
    if (reading.ok) return;
    const found = reading.issues.find(({ path }) => path.join('/') === place);
    expect(found?.message, JSON.stringify(reading.issues)).toMatch(sentence);
  });

  test('and takes what is just within', () => {
    for (const given of [
      nested(4),
      { all: many(20) },
      { field: 'a', equals: 'x'.repeat(500) },
      { field: '😀', prefix: '😀' },
      { field: 'a', in: texts(32, 'x') },
      { field: 'a', in: texts(16, 'é') },
    ]) {
      expect(readFilter(given)).toEqual({ ok: true, filter: given });
    }
  });
});
