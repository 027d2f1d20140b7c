import type { EventType } from './event-type.ts';

/**
 * What a Zap gets: the delivered body as it is, and the event's id, the same on every repeat. No
 * interface, since Zapier's types ask for a record.
 */
export type ZapEvent = {
  readonly id: string;
  readonly event: string;
  readonly timestamp: string;
  readonly tenantId: string;
  readonly data: Readonly<Record<string, unknown>>;
};

interface Field {
  key: string;
  label: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'datetime';
}

/** Shown in the editor where nothing has happened yet. */
export function sampleOf({ type, sample }: EventType): ZapEvent {
  return {
    id: 'evt_02qbt8v3jm0c0',
    event: type,
    timestamp: '2026-03-25T08:22:50.254Z',
    tenantId: 'ten_02qbt8v3jm0c0',
    data: sample,
  };
}

/** Names of the fields that every event has. */
export const COMMON_FIELDS: readonly Field[] = [
  { key: 'id', label: 'Event ID', type: 'string' },
  { key: 'event', label: 'Event Type', type: 'string' },
  { key: 'timestamp', label: 'Time', type: 'datetime' },
  { key: 'tenantId', label: 'Account ID', type: 'string' },
];

/** Names of an event type's fields, as its sample has them. Zapier joins nested names by two underscores. */
export function fieldsOf({ sample }: EventType): Field[] {
  return [...COMMON_FIELDS, ...fieldsIn(sample, 'data', '')];
}

function fieldsIn(value: object, path: string, words: string): Field[] {
  return Object.entries(value).flatMap(([name, one]: [string, unknown]) => {
    const key = `${path}__${name}`;
    const label = `${words} ${wordsOf(name)}`.trim();
    // Zapier makes line items of lists by itself.
    if (Array.isArray(one)) return [];
    if (typeof one === 'object' && one !== null) return fieldsIn(one, key, label);
    return [{ key, label, type: kindOf(one) }];
  });
}

/** `recipientCount` is “Recipient Count”. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function kindOf(value: unknown): Field['type'] {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return 'string';
}
