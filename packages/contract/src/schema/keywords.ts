/** The keywords that are looked at, each with what it makes of its value. */
import { compilePattern } from '../pattern/compile.ts';
import type { Program } from '../pattern/program.ts';
import { canonicalKey } from './canonical-key.ts';
import { FORMAT_NAMES, isFormat } from './formats.ts';
import { type Measure, type Rule, type SchemaNode, TYPE_NAMES, type TypeName } from './nodes.ts';
import { isObject, type Reader } from './reader.ts';

/** Says something to people and nothing about data. */
export const REMARKS: ReadonlySet<string> = new Set([
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Instructions of all patterns of a schema: what they take of memory, whoever has how many of them. */
const MOST_INSTRUCTIONS = 4_000;

/** @returns null when it was refused, or asks nothing */
type Read = (
  value: unknown,
  reader: Reader,
  schema: Readonly<Record<string, unknown>>,
) => Rule | null;

export const KEYWORDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['$ref', readReference],
  ['type', readType],
  ['enum', readEnum],
  ['const', (value) => ({ rule: 'enum', keys: keysOf([value]), values: [value] })],
  ['minLength', size('characters', 'min')],
  ['maxLength', size('characters', 'max')],
  ['minItems', size('entries', 'min')],
  ['maxItems', size('entries', 'max')],
  ['minProperties', size('fields', 'min')],
  ['maxProperties', size('fields', 'max')],
  ['minimum', bound('least')],
  ['maximum', bound('most')],
  ['exclusiveMinimum', bound('above')],
  ['exclusiveMaximum', bound('below')],
  ['multipleOf', readMultiple],
  ['pattern', readPattern],
  ['format', readFormat],
  ['required', readRequired],
  ['dependentRequired', readDependent],
  // These three are one rule, made by whichever comes first.
  ['properties', readFields],
  ['patternProperties', readFields],
  ['additionalProperties', readFields],
  ['propertyNames', (value, reader) => ({ rule: 'names', node: reader.child(value) })],
  ['prefixItems', readEntries],
  ['items', readEntries],
  ['uniqueItems', readUnique],
  ['allOf', list('all')],
  ['anyOf', list('any')],
  ['oneOf', list('one')],
  ['not', (value, reader) => ({ rule: 'not', node: reader.child(value) })],
  ['if', readCondition],
  ['then', readBranch],
  ['else', readBranch],
]);

function readReference(value: unknown, reader: Reader): Rule | null {
  const node = typeof value === 'string' ? reader.definition(value) : null;
  if (node !== null) return { rule: 'all', nodes: [node] };
  reader.refuse(
    'must name an entry of $defs of this schema, such as "#/$defs/address"; nothing is fetched from elsewhere',
  );
  return null;
}

function readType(value: unknown, reader: Reader): Rule | null {
  const types = Array.isArray(value) ? (value as unknown[]) : [value];
  const isFew = types.length > 0 && types.length <= TYPE_NAMES.length;
  if (isFew && types.every(isTypeName) && new Set(types).size === types.length) {
    return { rule: 'type', types };
  }
  reader.refuse(`must be one or several of ${TYPE_NAMES.join(', ')}, each once`);
  return null;
}

function isTypeName(value: unknown): value is TypeName {
  return TYPE_NAMES.some((name) => name === value);
}

function readEnum(value: unknown, reader: Reader): Rule | null {
  if (Array.isArray(value) && value.length > 0) {
    return { rule: 'enum', keys: keysOf(value), values: value };
  }
  reader.refuse('must be a list of the values that it may have');
  return null;
}

/** A schema is small, so its own values need no counting. */
function keysOf(values: readonly unknown[]): ReadonlySet<string> {
  const effort = { spend: () => undefined };
  return new Set(values.map((value) => canonicalKey(value, effort)));
}

function size(of: Measure, side: 'min' | 'max'): Read {
  return (value, reader) => {
    if (Number.isSafeInteger(value) && (value as number) >= 0) {
      return { rule: 'size', of, min: null, max: null, [side]: value as number };
    }
    reader.refuse('must be a whole number, 0 or more');
    return null;
  };
}

function bound(side: Extract<Rule, { rule: 'bound' }>['side']): Read {
  return (value, reader) => {
    if (typeof value === 'number') return { rule: 'bound', limit: value, side };
    reader.refuse('must be a number');
    return null;
  };
}

function readMultiple(value: unknown, reader: Reader): Rule | null {
  if (typeof value === 'number' && value > 0) return { rule: 'multiple', of: value };
  reader.refuse('must be a number above 0');
  return null;
}

function readPattern(value: unknown, reader: Reader): Rule | null {
  if (typeof value !== 'string') {
    reader.refuse('must be a string');
    return null;
  }
  const program = compile(value, reader);
  return program === null ? null : { rule: 'pattern', source: value, program };
}

function compile(source: string, reader: Reader): Program | null {
  // After the first that is too many, none is looked at.
  if (reader.instructions <= MOST_INSTRUCTIONS) {
    const reading = compilePattern(source);
    if (!reading.ok) {
      reader.refuse(reading.detail);
      return null;
    }
    reader.instructions += reading.program.length;
    if (reader.instructions <= MOST_INSTRUCTIONS) return reading.program;
  }
  reader.refuse('is one pattern too many: together the patterns of this schema are too large');
  return null;
}

function readFormat(value: unknown, reader: Reader): Rule | null {
  if (isFormat(value)) return { rule: 'format', format: value };
  reader.refuse(`must be one of ${FORMAT_NAMES.join(', ')}: others would not be judged`);
  return null;
}

function readRequired(value: unknown, reader: Reader): Rule | null {
  if (isNames(value)) return { rule: 'required', names: value };
  reader.refuse('must be a list of names of fields');
  return null;
}

function readDependent(value: unknown, reader: Reader): Rule | null {
  const names = isObject(value) ? Object.entries(value) : [];
  if (isObject(value) && names.every(([, others]) => isNames(others))) {
    return { rule: 'dependent', names: names as [string, string[]][] };
  }
  reader.refuse('must be an object of lists of names of fields');
  return null;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

const FIELD_KEYWORDS = ['properties', 'patternProperties', 'additionalProperties'] as const;

function readFields(
  _value: unknown,
  reader: Reader,
  schema: Readonly<Record<string, unknown>>,
): Rule | null {
  const present = FIELD_KEYWORDS.filter((keyword) => Object.hasOwn(schema, keyword));
  if (reader.keyword !== present[0]) return null;
  const others = schema['additionalProperties'];
  return reader.instead(() => ({
    rule: 'fields',
    known: new Map(
      schemasOf('properties', schema, reader).map(([name, inner]) => [
        name,
        reader.child(inner, 'properties', name),
      ]),
    ),
    patterns: schemasOf('patternProperties', schema, reader).flatMap(([source, inner]) => {
      const names = ['patternProperties', source];
      const program = reader.at(names, () => compile(source, reader));
      return program === null ? [] : [{ program, node: reader.child(inner, ...names) }];
    }),
    others: others === undefined ? null : reader.child(others, 'additionalProperties'),
  }));
}

function schemasOf(
  keyword: 'properties' | 'patternProperties',
  schema: Readonly<Record<string, unknown>>,
  reader: Reader,
): [string, unknown][] {
  const value = schema[keyword];
  if (value === undefined) return [];
  if (isObject(value)) return Object.entries(value);
  reader.at([keyword], () => reader.refuse('must be an object of schemas'));
  return [];
}

function readEntries(
  _value: unknown,
  reader: Reader,
  schema: Readonly<Record<string, unknown>>,
): Rule | null {
  const hasBoth = Object.hasOwn(schema, 'prefixItems') && Object.hasOwn(schema, 'items');
  if (hasBoth && reader.keyword === 'items') return null;
  const { prefixItems: first = [], items: others } = schema as Record<string, unknown>;
  return reader.instead(() => {
    if (!Array.isArray(first)) {
      reader.at(['prefixItems'], () => reader.refuse('must be a list of schemas'));
      return null;
    }
    return {
      rule: 'entries',
      first: first.map((inner, index) => reader.child(inner, 'prefixItems', index)),
      others: others === undefined ? null : reader.child(others, 'items'),
    };
  });
}

function readUnique(value: unknown, reader: Reader): Rule | null {
  if (typeof value !== 'boolean') reader.refuse('must be true or false');
  return value === true ? { rule: 'unique' } : null;
}

function list(rule: 'all' | 'any' | 'one'): Read {
  return (value, reader) => {
    if (Array.isArray(value) && value.length > 0) {
      return { rule, nodes: value.map((inner, index) => reader.child(inner, index)) };
    }
    reader.refuse('must be a list of schemas');
    return null;
  };
}

function readCondition(
  value: unknown,
  reader: Reader,
  schema: Readonly<Record<string, unknown>>,
): Rule {
  const branch = (keyword: 'then' | 'else'): SchemaNode | null =>
    Object.hasOwn(schema, keyword) ? reader.child(schema[keyword], keyword) : null;
  const node = reader.child(value);
  return reader.instead(() => ({
    rule: 'if',
    node,
    met: branch('then'),
    otherwise: branch('else'),
  }));
}

/** They belong to `if`, which reads them. */
function readBranch(
  _value: unknown,
  reader: Reader,
  schema: Readonly<Record<string, unknown>>,
): null {
  if (!Object.hasOwn(schema, 'if')) reader.refuse('stands without if');
  return null;
}
