/** What is asked of a value itself. */
import { matches } from '../pattern/matches.ts';
import { canonicalKey } from './canonical-key.ts';
import { fitsFormat, formatInWords } from './formats.ts';
import { isMultiple } from './is-multiple.ts';
import type { Measure, Rule, TypeName } from './nodes.ts';
import type { HoldsOf, Question } from './question.ts';
import { isObject } from './reader.ts';
import { boundInWords, oneOfInWords, sizeInWords, typesInWords } from './sentences.ts';

type Name = 'never' | 'type' | 'enum' | 'size' | 'bound' | 'multiple' | 'pattern' | 'format';

export const OF_VALUES: HoldsOf<Name> = {
  never: (_rule, _value, question) => question.wrong('must not be there'),
  type: ({ types }, value, question) =>
    types.some((type) => isOfType(value, type)) || question.wrong(() => typesInWords(types)),
  enum: ({ keys, values }, value, question) =>
    keys.has(canonicalKey(value, question.effort)) || question.wrong(() => oneOfInWords(values)),
  size(rule, value, question) {
    const size = sizeOf(value, rule.of, question);
    if (size === null) return true;
    const fits = size >= (rule.min ?? 0) && size <= (rule.max ?? Infinity);
    return fits || question.wrong(() => sizeInWords(rule, size));
  },
  bound: (rule, value, question) =>
    typeof value !== 'number' || isWithin(value, rule) || question.wrong(() => boundInWords(rule)),
  multiple({ of }, value, question) {
    if (typeof value !== 'number') return true;
    question.effort.spend(20);
    return isMultiple(value, of) || question.wrong(() => `must be a multiple of ${of}`);
  },
  pattern({ program, source }, value, question) {
    if (typeof value !== 'string' || matches(program, value, question.effort)) return true;
    return question.wrong(() => `must match the pattern ${source}`);
  },
  format({ format }, value, question) {
    if (typeof value !== 'string') return true;
    question.effort.spend(20 + (value.length >> 2));
    return fitsFormat(format, value) || question.wrong(() => `must be ${formatInWords(format)}`);
  },
};

function isOfType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isWithin(value: number, { limit, side }: Extract<Rule, { rule: 'bound' }>): boolean {
  if (side === 'least') return value >= limit;
  if (side === 'most') return value <= limit;
  return side === 'above' ? value > limit : value < limit;
}

/** @returns null when the value has nothing to measure in this way */
function sizeOf(value: unknown, measure: Measure, question: Question): number | null {
  if (measure === 'characters') {
    if (typeof value !== 'string') return null;
    question.effort.spend(value.length >> 4);
    let count = 0;
    for (let at = 0; at < value.length; count += 1) {
      at += (value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    }
    return count;
  }
  if (measure === 'entries') return Array.isArray(value) ? value.length : null;
  return isObject(value) ? question.namesOf(value).length : null;
}
