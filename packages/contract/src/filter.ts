/**
 * Payload filters: conditions on an event's data under which a webhook gets it. A small language of our
 * own: no code, no patterns, nothing that is evaluated as text. Server and dashboard share it.
 */
import type { JsonObject } from './api/fields.ts';

/** What a condition may compare with. */
export type FilterValue = string | number | boolean | null;

/**
 * One field and one comparison. `field` is a path into data: names joined by dots, own properties only.
 * A dot or a backslash in a name is written `\.` or `\\`.
 */
export type FilterCondition = { readonly field: string } & (
  | { readonly equals: FilterValue }
  | { readonly in: readonly FilterValue[] }
  | { readonly exists: boolean }
  | { readonly prefix: string }
  | { readonly gt: number }
  | { readonly gte: number }
  | { readonly lt: number }
  | { readonly lte: number }
);

export type FilterGroup =
  | { readonly all: readonly WebhookFilter[] }
  | { readonly any: readonly WebhookFilter[] };

export type WebhookFilter = FilterCondition | FilterGroup;

export const FILTER_OPERATORS = [
  'equals',
  'in',
  'exists',
  'prefix',
  'gt',
  'gte',
  'lt',
  'lte',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** Whether an event with this data passes. */
export type FilterTest = (data: JsonObject) => boolean;

/**
 * Prepares a filter, so that asking it costs a walk to each field and nothing more: linear in the number
 * of conditions, whatever the data. A field that is missing, or of another type than the condition
 * compares with, does not match; `exists: false` alone matches what is missing. Null is a value.
 *
 * @param filter one that readFilter let pass
 */
export function compileFilter(filter: WebhookFilter): FilterTest {
  if ('all' in filter) {
    const tests = filter.all.map(compileFilter);
    return (data) => tests.every((test) => test(data));
  }
  if ('any' in filter) {
    const tests = filter.any.map(compileFilter);
    return (data) => tests.some((test) => test(data));
  }
  const path = fieldNames(filter.field);
  if (path === null) throw new Error('A filter names no field: readFilter refuses such.');
  const test = compare(filter);
  return (data) => test(valueAt(data, path));
}

/** What a filter's field stands for in an event's data; undefined: it is missing. */
export function fieldValue(data: JsonObject, field: string): unknown {
  const path = fieldNames(field);
  return path === null ? MISSING : valueAt(data, path);
}

/** The names of a path; null when it is not one: an empty name, or an escape of something else. */
export function fieldNames(field: string): readonly string[] | null {
  const names: string[] = [];
  let name = '';
  for (let at = 0; at <= field.length; at += 1) {
    const character = field[at];
    if (character === undefined || character === '.') {
      if (name === '') return null;
      names.push(name);
      name = '';
    } else if (character === '\\') {
      at += 1;
      const escaped = field[at];
      if (escaped !== '.' && escaped !== '\\') return null;
      name += escaped;
    } else {
      name += character;
    }
  }
  return names;
}

/** The path of names, so that fieldNames gives them back. */
export function fieldOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.');
}

/** What no JSON holds. */
const MISSING = undefined;

/** Own properties of objects only: neither what objects inherit nor entries of lists. */
function valueAt(data: JsonObject, path: readonly string[]): unknown {
  let value: unknown = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return MISSING;
    if (!Object.hasOwn(value, name)) return MISSING;
    value = (value as JsonObject)[name];
  }
  return value;
}

function compare(condition: FilterCondition): (value: unknown) => boolean {
  if ('equals' in condition) {
    const { equals } = condition;
    return (value) => value === equals;
  }
  if ('in' in condition) {
    const values: ReadonlySet<unknown> = new Set(condition.in);
    return (value) => values.has(value);
  }
  if ('exists' in condition) {
    const { exists } = condition;
    return (value) => (value !== MISSING) === exists;
  }
  if ('prefix' in condition) {
    const { prefix } = condition;
    return (value) => typeof value === 'string' && value.startsWith(prefix);
  }
  if ('gt' in condition) return ofNumber((value) => value > condition.gt);
  if ('gte' in condition) return ofNumber((value) => value >= condition.gte);
  if ('lt' in condition) return ofNumber((value) => value < condition.lt);
  return ofNumber((value) => value <= condition.lte);
}

function ofNumber(holds: (value: number) => boolean): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && holds(value);
}
