import { readEcho } from './echo.ts';
import { envelopeOf } from './envelope.ts';
import { fitted } from '../fit.ts';
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts';
import { readMessage } from './message.ts';
import type { ItemReading, Observation, UnknownKind } from './observation.ts';
import { readStatus } from './status.ts';

/** What a notification says, in its own order. */
export interface NotificationReading {
  observations: Observation[];
  unknown: UnknownKind[];
}

/** The lists of items that a `value` may bring, each with how its items are read. */
const ITEM_LISTS = [
  { name: 'messages', readItem: readMessage },
  { name: 'message_echoes', readItem: readEcho },
  { name: 'statuses', readItem: readStatus },
] as const;
const FIELDS = new Set(['messages', 'smb_message_echoes']);
const MAX_LOGGED_CHARS = 100;

/**
 * Reads a notification of the WhatsApp Cloud API: `entry[]` → `changes[]` → `value`. Takes the
 * body as parseLenient gives it: its depth is bounded, its numbers and texts are exact. Pure, and
 * never throws: whatever it cannot read it names in `unknown`.
 */
export function readNotification(notification: unknown): NotificationReading {
  const reading: NotificationReading = { observations: [], unknown: [] };
  const root = objectOf(notification);
  if (root?.['object'] !== 'whatsapp_business_account') {
    noteUnknown(
      reading,
      textOf(root?.['object']) ?? 'notification',
      'not whatsapp_business_account',
    );
    return reading;
  }
  const changes = listOf(root['entry']).flatMap((entry) => listOf(objectOf(entry)?.['changes']));
  if (changes.length === 0) noteUnknown(reading, 'notification', 'without changes');
  for (const change of changes) readChange(objectOf(change) ?? {}, reading);
  return reading;
}

function readChange(change: JsonObject, reading: NotificationReading): void {
  const field = textOf(change['field']) ?? 'change';
  const value = objectOf(change['value']);
  if (!FIELDS.has(field) || value === undefined) {
    noteUnknown(reading, field, 'no event for this field');
    return;
  }
  const lists = ITEM_LISTS.map(({ name, readItem }) => {
    const raw = listOf(value[name]);
    const items = raw.map((item) => objectOf(item)).filter((item) => item !== undefined);
    if (items.length < raw.length) noteUnknown(reading, name, 'holds what is not an object');
    return { raw, items, readItem };
  });
  if (lists.every(({ raw }) => raw.length === 0)) {
    noteUnknown(reading, field, 'nothing in it is known');
  }
  const envelope = envelopeOf(
    value,
    lists.flatMap(({ items }) => items),
  );
  for (const { items, readItem } of lists) {
    for (const item of items) keep(reading, readItem(item, envelope));
  }
}

function keep(reading: NotificationReading, { observation, unknown }: ItemReading): void {
  if (unknown !== null) noteUnknown(reading, unknown.kind, unknown.why);
  if (observation === null) return;
  const { event } = observation;
  const fitting = event === null ? null : { ...event, data: fitted(event.data) };
  reading.observations.push({ ...observation, event: fitting });
}

// One line per kind is enough for the log, and no body can make it long.
function noteUnknown(reading: NotificationReading, kind: string, why: string): void {
  const short = kind.slice(0, MAX_LOGGED_CHARS);
  const noted = reading.unknown.some((one) => one.kind === short && one.why === why);
  if (!noted && reading.unknown.length < 50) reading.unknown.push({ kind: short, why });
}
