/** POST /v1/events: one event or a batch, all or nothing. */
import { z } from 'zod';
import { checkEventData } from '../event-data.ts';
import {
  isOperational,
  isPublishable,
  PUBLISHABLE_EVENT_TYPES,
  type PublishableEventType,
} from '../events.ts';
import { type FieldError, judge } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { idOf, tenantId, timestamp, untouchedObject } from './fields.ts';

const type = z.string().meta({ enum: [...PUBLISHABLE_EVENT_TYPES] });

export const EventInput = z
  .strictObject({
    type,
    data: untouchedObject,
    timestamp: timestamp.optional(),
    idempotencyKey: z.string().min(1).max(LIMITS.idempotencyKeyCharacters).optional(),
    tenantId: tenantId.optional(),
  })
  .meta({ id: 'EventInput' });

export type EventInput = z.output<typeof EventInput> & { type: PublishableEventType };

const EventBatch = z
  .strictObject({ events: z.array(EventInput).min(1).max(LIMITS.eventsPerBatch) })
  .meta({ id: 'EventBatch' });

/** For the OpenAPI document. Requests are read by readPublishRequest, whose errors name fields. */
export const PublishRequest = z.union([EventInput, EventBatch]).meta({ id: 'PublishRequest' });

export const PublishOneAnswer = z.object({ id: idOf('evt') }).meta({ id: 'PublishedEvent' });
export const PublishBatchAnswer = z
  .object({ ids: z.array(idOf('evt')) })
  .meta({ id: 'PublishedEvents' });

export type PublishRequestReading =
  | { readonly ok: true; readonly batch: boolean; readonly events: readonly EventInput[] }
  | {
      readonly ok: false;
      readonly code: 'invalid_body' | 'unknown_event_type' | 'invalid_data';
      readonly errors: readonly FieldError[];
    };

/** Enough to correct a batch by; a thousand bad events need no thousand sentences. */
const SHOWN_ERRORS = 100;

/**
 * Judges a parsed body in full: its shape, the types and the data of each event. Every `data` in
 * the answer is the very object that was passed in, and timestamps are as the producer wrote them.
 */
export function readPublishRequest(body: unknown): PublishRequestReading {
  const batch = typeof body === 'object' && body !== null && Object.hasOwn(body, 'events');
  if (batch && isTooLong((body as { events: unknown }).events)) {
    const detail = `must have at most ${LIMITS.eventsPerBatch} events`;
    return refused('invalid_body', [{ pointer: '/events', detail }]);
  }
  const shape = batch ? judge(EventBatch, body) : judge(EventInput, body);
  if (!shape.ok) return refused('invalid_body', shape.errors);

  const events = 'events' in shape.value ? shape.value.events : [shape.value];
  const at = (index: number) => (batch ? `/events/${index}` : '');

  const unknown = events.flatMap((event, index) =>
    isPublishable(event.type) ? [] : [{ pointer: `${at(index)}/type`, detail: unknownType(event) }],
  );
  if (unknown.length > 0) return refused('unknown_event_type', unknown);

  const known = events as EventInput[];
  const misfits: FieldError[] = [];
  for (const [index, event] of known.entries()) {
    misfits.push(...checkEventData(event.type, event.data, `${at(index)}/data`));
    if (misfits.length >= SHOWN_ERRORS) break;
  }
  if (misfits.length > 0) return refused('invalid_data', misfits);

  return { ok: true, batch, events: known };
}

/** Asked before the schema, which would judge every one of millions. */
function isTooLong(events: unknown): boolean {
  return Array.isArray(events) && events.length > LIMITS.eventsPerBatch;
}

function refused(
  code: 'invalid_body' | 'unknown_event_type' | 'invalid_data',
  errors: readonly FieldError[],
): PublishRequestReading {
  return { ok: false, code, errors: errors.slice(0, SHOWN_ERRORS) };
}

function unknownType(event: { type: string }): string {
  if (event.type === 'test.ping') return 'test.ping cannot be published: use the Test button';
  if (isOperational(event.type)) {
    return `${event.type} cannot be published: the product itself tells it, and webhooks may subscribe`;
  }
  return 'is not an event type of GET /v1/event-types';
}
