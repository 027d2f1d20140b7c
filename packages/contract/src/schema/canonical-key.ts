import type { Effort } from '../pattern/matches.ts';

/** Of a text a step goes so far, in characters, while it is written, compared and put together. */
const CHARACTERS_A_STEP = 8;

/**
 * A text that two JSON values share when JSON Schema calls them equal: numbers by their value, objects
 * whatever the order of their fields. At most as deep as data may be.
 */
export function canonicalKey(value: unknown, effort: Effort): string {
  effort.spend(4 + (typeof value === 'string' ? stepsOf(value) : 0));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const key = Array.isArray(value)
    ? `[${value.map((item) => canonicalKey(item, effort)).join()}]`
    : `{${fieldsOf(value, effort).join()}}`;
  // Copied again for each level that it stands in.
  effort.spend(stepsOf(key));
  return key;
}

function fieldsOf(value: object, effort: Effort): string[] {
  const fields = Object.entries(value);
  for (const [name] of fields) effort.spend(8 + stepsOf(name));
  return fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalKey(item, effort)}`);
}

function stepsOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_STEP);
}
