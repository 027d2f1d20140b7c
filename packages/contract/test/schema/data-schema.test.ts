import { describe, expect, test } from 'vitest';
import {
  checkCustomData,
  EVENT_TYPES,
  eventJsonSchema,
  EVENTS,
  JudgingEffort,
  LIMITS,
  readDataSchema,
} from '../../src/index.ts';

function schemaOf(schema: unknown) {
  const reading = readDataSchema(schema);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.schema;
}

/** @returns `pointer detail` of each thing that is wrong */
function wrongs(schema: unknown, data: unknown): string[] {
  return checkCustomData(schemaOf(schema), data).map(
    ({ pointer, detail }) => `${pointer} ${detail}`,
  );
}

function refusals(schema: unknown): string[] {
  const reading = readDataSchema(schema);
  return reading.ok ? [] : reading.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

/** What fits and what does not, keyword by keyword; `x` is the field that is judged. */
const CASES: readonly (readonly [
  schema: object,
  good: readonly unknown[],
  bad: readonly unknown[],
])[] = [
  [{ type: 'string' }, ['', 'a'], [1, null, [], {}]],
  [{ type: ['integer', 'null'] }, [1, 1.0, -0, null], [1.5, '1']],
  [{ type: 'number' }, [1, 1.5], ['1']],
  [{ type: 'boolean' }, [true], ['true', 0]],
  [{ type: 'array' }, [[]], [{}]],
  [{ type: 'object' }, [{}], [[], null]],
  [
    { enum: ['a', 1, null, { b: [1], c: 2 }] },
    ['a', 1, null, { c: 2, b: [1] }],
    ['1', true, { b: [1] }],
  ],
  [{ const: { a: 1 } }, [{ a: 1 }], [{ a: 2 }, 1]],
  [{ minLength: 2, maxLength: 3 }, ['ab', '😀😀😀', 7], ['a', '😀', 'abcd']],
  [{ pattern: '^[A-Z]{2}-\\d+$' }, ['AB-12', 5], ['AB-', 'xAB-12']],
  [{ format: 'date-time' }, ['2026-03-25T08:22:50.254Z'], ['yesterday', '2026-02-30T00:00:00Z']],
  [{ format: 'date' }, ['2026-02-28'], ['2026-02-30', '2026-2-3']],
  [{ format: 'email' }, ['a.b@example.com'], ['a', 'a@', '@b', 'a b@c.de', 'a@b@c']],
  [{ format: 'uri' }, ['https://example.com/x?y', 'tel:+49123'], ['example.com', 'https://', '/x']],
  [{ format: 'uuid' }, ['123e4567-e89b-12d3-a456-426614174000'], ['123']],
  [{ minimum: 1, maximum: 3 }, [1, 3, 'x'], [0.9, 3.1]],
  [{ exclusiveMinimum: 1, exclusiveMaximum: 3 }, [2], [1, 3]],
  [{ multipleOf: 0.01 }, [19.99, 0.07, 1e300, 0, -0.03], [0.001, 19.999]],
  [{ multipleOf: 5 }, [10, 1e21], [11, 0.5]],
  [{ minItems: 1, maxItems: 2 }, [[1], [1, 2]], [[], [1, 2, 3]]],
  [
    { uniqueItems: true },
    [[1, '1', { a: 1 }]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [1, 1.0],
    ],
  ],
  [{ items: { type: 'string' } }, [['a'], []], [['a', 1]]],
  [
    { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
    [['a', 1], ['a']],
    [[1], ['a', 'b']],
  ],
  [{ prefixItems: [true], items: false }, [[1]], [[1, 2]]],
  [{ required: ['a'] }, [{ a: null }, 'x'], [{}, { b: 1 }]],
  [{ required: ['toString'] }, [{ toString: 1 }], [{}]],
  [{ dependentRequired: { a: ['b'] } }, [{ b: 1 }, { a: 1, b: 1 }], [{ a: 1 }]],
  [
    { properties: { a: { type: 'string' }, b: false } },
    [{ a: 'x', c: 1 }, {}],
    [{ a: 1 }, { b: 1 }],
  ],
  [{ properties: { a: true }, additionalProperties: false }, [{ a: 1 }], [{ b: 1 }]],
  [
    { patternProperties: { '^n_': { type: 'number' } }, additionalProperties: { type: 'string' } },
    [{ n_a: 1, b: 'x' }],
    [{ n_a: 'x' }, { b: 1 }],
  ],
  [{ propertyNames: { pattern: '^[a-z]+$' } }, [{ a: 1 }], [{ A: 1 }]],
  [{ minProperties: 1, maxProperties: 1 }, [{ a: 1 }], [{}, { a: 1, b: 1 }]],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1], [0, 3]],
  [{ anyOf: [{ type: 'string' }, { minimum: 5 }] }, ['x', 5], [4]],
  [{ oneOf: [{ minimum: 1 }, { minimum: 5 }] }, [1], [0, 5]],
  [{ not: { type: 'string' } }, [1], ['x']],
  [
    { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } },
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1 }, {}],
  ],
];

describe('a schema of an event type', () => {
  test.each(CASES)('%j', (inner, good, bad) => {
    const schema = { type: 'object', properties: { x: inner } };
    for (const x of good) expect([x, wrongs(schema, { x })]).toEqual([x, []]);
    for (const x of bad) expect([x, wrongs(schema, { x }).length > 0]).toEqual([x, true]);
  });

  test('names every bad field by a pointer, with a sentence', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'An order',
      type: 'object',
      required: ['orderId', 'lines'],
      additionalProperties: false,
      properties: {
        orderId: { type: 'string', pattern: '^ord_[0-9]+$' },
        status: { enum: ['open', 'paid'] },
        lines: { type: 'array', minItems: 1, items: { $ref: '#/$defs/line' } },
      },
      $defs: {
        line: {
          type: 'object',
          required: ['sku'],
          properties: { sku: { type: 'string' }, count: { type: 'integer', minimum: 1 } },
        },
      },
    };
    expect(wrongs(schema, { orderId: 'ord_1', lines: [{ sku: 'a' }] })).toEqual([]);
    const bad = { orderId: '1', status: 'lost', lines: [{ sku: 1 }, { count: 0 }], 'a/b': 1 };
    expect(wrongs(schema, bad)).toEqual(
      [
        '/data/orderId must match the pattern ^ord_[0-9]+$',
        '/data/status must be one of open, paid',
        '/data/lines/0/sku must be a string',
        '/data/lines/1/count must be at least 1',
        '/data/lines/1/sku is required',
        '/data/a~1b is not a field of this event type',
      ].toSorted(byOrderOf(wrongs(schema, bad))),
    );
    expect(wrongs(schema, { lines: [] })).toContain('/data/orderId is required');
    expect(wrongs(schema, { lines: [] })).toContain('/data/lines must not be empty');
  });

  test('may refer to itself where it looks deeper into the data', () => {
    const tree = { type: 'object', required: ['name'], properties: { child: { $ref: '#' } } };
    expect(wrongs(tree, { name: 1, child: { name: 2, child: {} } })).toEqual([
      '/data/child/child/name is required',
    ]);
  });

  test.each(EVENT_TYPES)('can say what the catalogue says of %s', (type) => {
    const schema = { ...eventJsonSchema(type) };
    expect(refusals(schema)).toEqual([]);
    expect(wrongs(schema, EVENTS[type].sample)).toEqual([]);
    expect(wrongs(schema, {}).length).toBeGreaterThan(0);
  });

  test.each([
    [{ $ref: 'https://example.com/schema.json' }, '/schema/$ref must name an entry of $defs'],
    [{ $ref: 'file:///etc/passwd' }, '/schema/$ref must name'],
    [{ $ref: '#/properties/a' }, '/schema/$ref must name'],
    [{ $ref: '#/$defs/none' }, '/schema/$ref must name'],
    [{ $ref: '#/$defs/__proto__', $defs: {} }, '/schema/$ref must name'],
    [{ $id: 'https://example.com/' }, '/schema/$id is not taken'],
    [{ $dynamicRef: '#a' }, '/schema/$dynamicRef is not taken'],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, '/schema/$schema must be'],
    [{ properties: { a: { $defs: {} } } }, '/schema/properties/a/$defs may stand only at the root'],
    [{ properties: { a: { typ: 'string' } } }, '/schema/properties/a/typ is not a keyword'],
    [{ contains: {} }, '/schema/contains is not a keyword'],
    [{ $dynamicAnchor: 'a' }, '/schema/$dynamicAnchor is not a keyword'],
    [{ type: 'text' }, '/schema/type must be one or several of'],
    [{ type: ['string', 'string'] }, '/schema/type must be one or several of'],
    [{ format: 'iban' }, '/schema/format must be one of'],
    [{ pattern: '(?=a)' }, '/schema/pattern holds a group'],
    [{ patternProperties: { '(a)\\1': {} } }, '/schema/patternProperties/(a)\\1 must not hold \\1'],
    [{ items: [{}] }, '/schema/items must be a schema'],
    [{ minLength: -1 }, '/schema/minLength must be a whole number'],
    [{ minimum: '1' }, '/schema/minimum must be a number'],
    [{ multipleOf: 0 }, '/schema/multipleOf must be a number above 0'],
    [{ required: 'a' }, '/schema/required must be a list'],
    [{ enum: [] }, '/schema/enum must be a list'],
    [{ anyOf: [] }, '/schema/anyOf must be a list'],
    [{ then: {} }, '/schema/then stands without if'],
    [[], '/schema must be an object'],
    [true, '/schema must be an object'],
    ['x', '/schema must be an object'],
  ])('is refused: %j', (schema, words) => {
    expect(refusals(schema)[0]).toContain(words);
  });

  test('takes no remote $ref, and none that goes round without an end', () => {
    const round = {
      $ref: '#/$defs/a',
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    };
    expect(refusals(round)[0]).toContain('refers to itself');
    expect(refusals({ anyOf: [{ $ref: '#' }, {}] })[0]).toContain('refers to itself');
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const twice = (name: string) => ({
      allOf: [{ $ref: `#/$defs/${name}` }, { not: { $ref: `#/$defs/${name}` } }],
    });
    const ladder = Object.fromEntries(
      names.map((name, index) => [name, twice(names[index + 1] ?? 'n0')]),
    );
    expect(refusals({ $ref: '#/$defs/n0', $defs: ladder })[0]).toContain('refers to itself');
  });

  test('is refused past 32 KiB, past 32 levels, and with patterns that are too large together', () => {
    expect(refusals({ description: 'x'.repeat(33 * 1024) })).toEqual([
      '/schema must have at most 32 KiB',
    ]);
    let deep: object = { type: 'string' };
    for (let level = 0; level < 40; level += 1) deep = { properties: { a: deep } };
    expect(refusals(deep)[0]).toContain('nested too deeply');
    const properties = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`p${index}`, { pattern: 'a{900}' }]),
    );
    expect(refusals({ properties })[0]).toContain('is one pattern too many');
  });

  test('costs a bounded number of steps, however it was built', () => {
    const doubling = (names: readonly string[]) =>
      Object.fromEntries(
        names.map((name, index) => {
          const next = names[index + 1];
          const inner = next === undefined ? { const: 1 } : { $ref: `#/$defs/${next}` };
          return [name, { anyOf: [inner, inner] }];
        }),
      );
    const names = Array.from({ length: 14 }, (_, index) => `n${index}`);
    const explosive = {
      properties: { x: { items: { $ref: '#/$defs/n0' } } },
      $defs: doubling(names),
    };
    const [wrong] = wrongs(explosive, { x: Array.from({ length: 1_000 }, () => 2) });
    expect(wrong).toContain(`takes more than ${LIMITS.judgingStepsPerEvent} steps`);
    const slow = { properties: { x: { pattern: '(a?){300}a{300}$' } } };
    expect(wrongs(slow, { x: 'a'.repeat(90_000) })[0]).toContain('steps to judge');
  });

  const names10000 = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`f${index}`, 1]),
  );
  const times = (count: number, inner: object) => Array.from({ length: count }, () => inner);
  /** Asks the same of the same so often. */
  const asks = (first: number, second: number, inner: object) => ({
    allOf: times(first, { $ref: '#/$defs/often' }),
    $defs: {
      often: { allOf: times(second, { $ref: '#/$defs/inner' }) },
      inner,
    },
  });
  const manyMembers = Array.from({ length: 240 }, (_, index) =>
    String.fromCodePoint(0x4e00 + 2 * index),
  ).join('');

  test.each<[string, object, object]>([
    ['300,000 counts of fields', asks(600, 500, { minProperties: 1 }), { a: 1 }],
    ['counts of 10,000 fields', asks(600, 500, { minProperties: 1 }), names10000],
    ['oneOf of what asks nothing', asks(300, 5, { oneOf: times(7_000, {}) }), {}],
    ['lists of fields', asks(100, 100, { properties: {}, required: ['a'] }), names10000],
    ['a name of 90 KB', asks(100, 100, { not: { const: 1 } }), { ['n'.repeat(90_000)]: 1 }],
    ['lists of values', asks(500, 100, { not: { enum: ['x'.repeat(10_000), {}] } }), { a: 1 }],
    [
      'classes of 240 members',
      { properties: { x: { pattern: `(?:[${manyMembers}]?a?){200}b$` } } },
      { x: 'a'.repeat(90_000) },
    ],
    [
      'classes of many properties',
      { properties: { x: { pattern: '[\\p{Lu}\\p{M}\\p{N}\\p{P}\\p{Z}]{0,400}b$' } } },
      { x: 'É'.repeat(40_000) },
    ],
  ])('ends by its steps: %s', (_name, schema, data) => {
    // Time stands still: steps alone have to do.
    const effort = new JudgingEffort(() => 0);
    const startedAt = performance.now();
    const [wrong] = effort.judge(schemaOf(schema), data, '/data');
    expect(wrong?.detail).toContain(`takes more than ${LIMITS.judgingStepsPerEvent} steps`);
    expect(effort.spent).toBe(LIMITS.judgingStepsPerEvent);
    // Ten times and more what it takes on a slow machine; seconds are what it took.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('counts the fields of an object once, however often they are asked for', () => {
    const spent = (data: object) => {
      const effort = new JudgingEffort(() => 0);
      expect(effort.judge(schemaOf(asks(100, 100, { minProperties: 1 })), data, '/data')).toEqual(
        [],
      );
      return effort.spent;
    };
    expect(spent(names10000) - spent({ a: 1 })).toBe(9_999);
  });

  test('puts nothing in words that nobody asked for', () => {
    let written = 0;
    const value = { toJSON: () => (written += 1) };
    const schema = schemaOf({ anyOf: [{ not: {} }, { enum: [{ a: 1 }] }, {}] });
    for (const rule of schema.root.rules) {
      if (rule.rule !== 'any') continue;
      for (const inner of rule.nodes[1]?.rules ?? []) {
        if (inner.rule === 'enum') (inner.values as unknown[])[0] = value;
      }
    }
    expect(new JudgingEffort().judge(schema, {}, '/data')).toEqual([]);
    expect(written).toBe(0);
  });

  test('ends by the clock what steps do not end, with a sentence', () => {
    const schema = schemaOf(asks(10, 100, { minProperties: 1 }));
    let now = 0;
    const slow = new JudgingEffort(() => (now += 60));
    expect(slow.judge(schema, { a: 1 }, '/data')).toMatchObject([
      { pointer: '/data', detail: expect.stringContaining('takes too long to judge') },
    ]);
    const quick = new JudgingEffort(() => (now += 1));
    // The events of a request have one clock: the last of many has little time left.
    let event = 0;
    while (event < 1_000 && quick.judge(schema, { a: 1 }, '/data').length === 0) event += 1;
    expect(event).toBeGreaterThan(10);
    expect(event).toBeLessThan(1_000);
    expect(quick.judge(schema, { a: 1 }, '/data')[0]?.detail).toContain('Send less at once');
  });

  test('has less for the last of a request than for the first, when those before took it all', () => {
    const slow = schemaOf({ properties: { x: { pattern: '(a?){300}a{300}$' } } });
    const effort = new JudgingEffort();
    const most = LIMITS.judgingStepsPerRequest / LIMITS.judgingStepsPerEvent;
    for (let event = 0; event < most; event += 1) {
      const [wrong] = effort.judge(slow, { x: 'a'.repeat(50_000) }, '/data');
      expect(wrong?.detail).toContain(`takes more than ${LIMITS.judgingStepsPerEvent} steps`);
    }
    expect(effort.judge(slow, {}, '/data')).toMatchObject([
      { pointer: '/data', detail: expect.stringContaining('Send fewer at once') },
    ]);
    expect(new JudgingEffort().judge(slow, {}, '/data')).toEqual([]);
  });

  test('is not led astray by names of objects', () => {
    const data = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as object;
    expect(wrongs({ properties: {}, additionalProperties: false }, data)).toEqual([
      '/data/__proto__ is not a field of this event type',
      '/data/constructor is not a field of this event type',
    ]);
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as object;
    expect(wrongs(schema, data)).toEqual(['/data/__proto__ must be a string']);
    expect(wrongs({ required: ['__proto__'] }, {})).toEqual(['/data/__proto__ is required']);
  });
});

function byOrderOf(list: readonly string[]) {
  return (a: string, b: string) => list.indexOf(a) - list.indexOf(b);
}
