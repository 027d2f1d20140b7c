/** Names of event types that are registered beside the catalogue's. */
import { isEventType } from '../events.ts';
import { LIMITS } from '../limits.ts';

const NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/;

/** What the product itself may call so one day. */
const RESERVED_PREFIXES = ['webhook.', 'test.', 'sydx.'] as const;

/**
 * Why nobody can register an event type of this name, to stand behind the name of the field; null when
 * somebody can. What the catalogue has can't be shadowed.
 */
export function eventTypeNameProblem(name: string): string | null {
  if (name.length > LIMITS.eventTypeCharacters) {
    return `must have at most ${LIMITS.eventTypeCharacters} characters`;
  }
  if (!NAME.test(name)) {
    return 'must be lower-case words with a dot between them, such as order.paid';
  }
  if (isEventType(name)) return `is built in: ${name} cannot be registered or changed`;
  const reserved = RESERVED_PREFIXES.find((prefix) => name.startsWith(prefix));
  return reserved === undefined ? null : `must not begin with ${reserved}, which is reserved`;
}

/** Whether an event type that somebody registered may have this name. */
export function isCustomEventTypeName(name: string): boolean {
  return eventTypeNameProblem(name) === null;
}
