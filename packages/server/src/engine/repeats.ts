import type { KnownKey } from '../store/idempotency.ts';
import type { NewEvent } from '../store/publish-events.ts';
import { IdempotencyConflict } from './errors.ts';
import type { Request } from './intake.ts';

export interface Plan {
  /** What is new, to be stored by one statement. */
  events: NewEvent[];
  /** One for each request, given the ids of what was stored. */
  answers: ((eventIds: readonly string[]) => void)[];
}

/**
 * Sorts what is new from what was said before. The same key with the same content answers the first
 * id, whether the first is on disk or stands earlier in the same group; with another content the whole
 * request is refused, and the rest of the group is not touched by it.
 */
export function planRequests(
  group: readonly Request[],
  known: ReadonlyMap<string, KnownKey>,
): Plan {
  const plan: Plan = { events: [], answers: [] };
  const inGroup = new Map<string, { content: string; at: number }>();
  for (const request of group) {
    const conflict = findConflict(request.events, known, inGroup);
    if (conflict >= 0) {
      // Told with the rest: should what it conflicts with be refused, it is tried again without it.
      plan.answers.push(() => request.reject(new IdempotencyConflict(conflict)));
      continue;
    }
    // For each event the id that it has, or its place in plan.events.
    const ids = request.events.map((event): string | number => {
      const key = event.key;
      if (key === undefined) return plan.events.push(event) - 1;
      const before = known.get(key.key);
      if (before !== undefined) return before.eventId;
      const twin = inGroup.get(key.key);
      if (twin !== undefined) return twin.at;
      const at = plan.events.push(event) - 1;
      inGroup.set(key.key, { content: key.content, at });
      return at;
    });
    plan.answers.push((stored) => {
      request.resolve(ids.map((id) => (typeof id === 'string' ? id : (stored[id] ?? ''))));
    });
  }
  return plan;
}

function findConflict(
  events: readonly NewEvent[],
  known: ReadonlyMap<string, KnownKey>,
  inGroup: ReadonlyMap<string, { content: string }>,
): number {
  const own = new Map<string, string>();
  return events.findIndex(({ key }) => {
    if (key === undefined) return false;
    const before = known.get(key.key)?.content ?? inGroup.get(key.key)?.content ?? own.get(key.key);
    own.set(key.key, key.content);
    return before !== undefined && before !== key.content;
  });
}
