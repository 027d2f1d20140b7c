import { type EventTypeEntry, fieldOf } from '@sydx/contract';
import type { Comparison } from './filter-draft.ts';

/** A field of an event type's sample. */
export interface KnownField {
  readonly field: string;
  /** How one would compare such a value. */
  readonly comparison: Comparison;
}

/** Fields that events of these types have, as their samples show; lists cannot be looked into. */
export function knownFields(
  entries: readonly Pick<EventTypeEntry, 'type' | 'sample'>[],
  types: readonly string[],
): readonly KnownField[] {
  const found = new Map<string, KnownField>();
  const visit = (value: unknown, names: readonly string[]): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inside] of Object.entries(value)) visit(inside, [...names, name]);
    } else if (names.length > 0) {
      const field = fieldOf(names);
      if (!found.has(field)) found.set(field, { field, comparison: comparisonFor(value) });
    }
  };
  for (const { type, sample } of entries) if (types.includes(type)) visit(sample, []);
  return [...found.values()];
}

function comparisonFor(value: unknown): Comparison {
  if (typeof value === 'number') return 'gte';
  if (typeof value === 'boolean') return value ? 'isTrue' : 'isFalse';
  return typeof value === 'string' ? 'is' : 'exists';
}
