import type { EventTypeEntry } from '@sydx/contract';

export interface EventGroup {
  /** What stands before the dot: `message`; or `(custom)`, which is no such word. */
  readonly noun: string;
  readonly label: string;
  readonly types: readonly EventTypeEntry[];
}

const CUSTOM = '(custom)';

/** The catalogue's order is kept; `lead.captured` is one of Leads. What was registered comes last. */
export function groupEvents(entries: readonly EventTypeEntry[]): readonly EventGroup[] {
  const groups = new Map<string, EventTypeEntry[]>();
  for (const entry of entries) {
    if (!entry.subscribable) continue;
    const noun = entry.origin === 'product' ? (entry.type.split('.')[0] ?? entry.type) : CUSTOM;
    groups.set(noun, [...(groups.get(noun) ?? []), entry]);
  }
  return [...groups].map(([noun, types]) => ({
    noun,
    label: noun === CUSTOM ? 'Custom' : `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`,
    types,
  }));
}

/** By type or by what it is triggered by. */
export function matchesEvent({ type, description }: EventTypeEntry, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return type.includes(wanted) || description.toLowerCase().includes(wanted);
}
