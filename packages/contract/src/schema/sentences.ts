/** What a schema finds wrong, in words that stand behind the name of the field. */
import type { Rule, TypeName } from './nodes.ts';

const TYPES: Readonly<Record<TypeName, string>> = {
  null: 'null',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  number: 'a number',
  integer: 'a whole number',
  string: 'a string',
};

const SIDES = {
  least: 'at least',
  most: 'at most',
  above: 'more than',
  below: 'less than',
} as const;

/** A list longer than this helps nobody. */
const SHOWN_VALUES = 20;
const SHOWN_CHARACTERS = 60;

export function typesInWords(types: readonly TypeName[]): string {
  return `must be ${types.map((type) => TYPES[type]).join(' or ')}`;
}

export function oneOfInWords(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map(inShort);
  const more = values.length - shown.length;
  const list = shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return values.length === 1 ? `must be ${list}` : `must be one of ${list}`;
}

function inShort(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

export function sizeInWords(
  { of, min, max }: Extract<Rule, { rule: 'size' }>,
  size: number,
): string {
  if (max !== null && size > max) return `must have at most ${max} ${of}`;
  return min === 1 ? 'must not be empty' : `must have at least ${min ?? 0} ${of}`;
}

export function boundInWords({ side, limit }: Extract<Rule, { rule: 'bound' }>): string {
  return `must be ${SIDES[side]} ${limit}`;
}
