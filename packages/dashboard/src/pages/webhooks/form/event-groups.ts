import type { EventTypeEntry } from '@sydx/contract';

export interface EventGroup {
  /** What stands before the dot: `message`. */
  readonly noun: string;
  readonly label: string;
  readonly types: readonly EventTypeEntry[];
}

/** The catalogue's order is kept; `lead.captured` is one of Leads. */
export function groupEvents(entries: readonly EventTypeEntry[]): readonly EventGroup[] {
  const groups = new Map<string, EventTypeEntry[]>();
  for (const entry of entries) {
    if (!entry.subscribable) continue;
    const noun = entry.type.split('.')[0] ?? entry.type;
    groups.set(noun, [...(groups.get(noun) ?? []), entry]);
  }
  return [...groups].map(([noun, types]) => ({
    noun,
    label: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`,
    types,
  }));
}

/** By type or by what it is triggered by. */
export function matchesEvent({ type, description }: EventTypeEntry, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return type.includes(wanted) || description.toLowerCase().includes(wanted);
}
