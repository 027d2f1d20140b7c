import type { Effort } from '../pattern/matches.ts';

/**
 * A text that two JSON values share when JSON Schema calls them equal: numbers by their value, objects
 * whatever the order of their fields. At most as deep as data may be.
 */
export function canonicalKey(value: unknown, effort: Effort): string {
  effort.spend(1 + (typeof value === 'string' ? value.length >> 4 : 0));
  if (Array.isArray(value)) return `[${value.map((item) => canonicalKey(item, effort)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalKey(item, effort)}`);
  return `{${fields.join()}}`;
}
