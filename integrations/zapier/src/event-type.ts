import catalogue from './event-types.json' with { type: 'json' };

/** An event type as the app needs it. */
export interface EventType {
  /** Such as `lead.captured`. */
  readonly type: string;
  /** When it is triggered, as a sentence without its full stop. */
  readonly description: string;
  /** A realistic `data`. */
  readonly sample: Readonly<Record<string, unknown>>;
}

/** What every account has. Registered types are beside it: the API lists them. */
export const EVENT_TYPES: readonly EventType[] = catalogue;

/** `lead.captured` is “Lead Captured”. */
export function titleOf(type: string): string {
  return type
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
