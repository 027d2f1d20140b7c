/** POST /v1/events: one event or a batch, all or nothing. */
import { z } from 'zod';
import { checkEventData } from '../event-data.ts';
import { isCustomEventTypeName } from '../event-types/names.ts';
import {
  isOperational,
  isPublishable,
  PUBLISHABLE_EVENT_TYPES,
  type PublishableEventType,
} from '../events.ts';
import { type FieldError, judge } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { type DataSchema, JudgingEffort } from '../schema/data-schema.ts';
import { idOf, tenantId, timestamp, untouchedObject } from './fields.ts';

const type = z.string().meta({
  description: 'One of the catalogue, or one that was registered',
  examples: [...PUBLISHABLE_EVENT_TYPES, 'order.paid'],
});

export const EventInput = z
  .strictObject({
    type,
    data: untouchedObject,
    timestamp: timestamp.optional(),
    idempotencyKey: z.string().min(1).max(LIMITS.idempotencyKeyCharacters).optional(),
    tenantId: tenantId.optional(),
  })
  .meta({ id: 'EventInput' });

/** An event whose type may be one that somebody registered: nobody has judged its data then. */
type SubmittedEvent = z.output<typeof EventInput>;

declare const registered: unique symbol;
/** The name of an event type that somebody registered, by whose schema data was judged. */
export type RegisteredEventType = string & { readonly [registered]: true };

export type EventInput = SubmittedEvent & { type: PublishableEventType | RegisteredEventType };

const EventBatch = z
  .strictObject({ events: z.array(EventInput).min(1).max(LIMITS.eventsPerBatch) })
  .meta({ id: 'EventBatch' });

/** For the OpenAPI document. Requests are read by readPublishRequest, whose errors name fields. */
export const PublishRequest = z.union([EventInput, EventBatch]).meta({ id: 'PublishRequest' });

export const PublishOneAnswer = z.object({ id: idOf('evt') }).meta({ id: 'PublishedEvent' });
export const PublishBatchAnswer = z
  .object({ ids: z.array(idOf('evt')) })
  .meta({ id: 'PublishedEvents' });

interface Refusal {
  readonly ok: false;
  readonly code: 'invalid_body' | 'unknown_event_type' | 'invalid_data';
  readonly errors: readonly FieldError[];
}

export type PublishRequestReading =
  | {
      readonly ok: true;
      readonly batch: boolean;
      readonly events: readonly SubmittedEvent[];
      /** Indexes of those whose type is none of the catalogue: judgeRegistered has the last word. */
      readonly unjudged: readonly number[];
    }
  | Refusal;

export type PublishRequestJudgement =
  | { readonly ok: true; readonly events: readonly EventInput[] }
  | Refusal;

/** Enough to correct a batch by; a thousand bad events need no thousand sentences. */
const SHOWN_ERRORS = 100;

/**
 * Judges a parsed body: its shape, and the types and data of its events as far as they are of the
 * catalogue. Every `data` in the answer is the very object that was passed in, and timestamps are as
 * the producer wrote them.
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
  const unknown: FieldError[] = [];
  const unjudged: number[] = [];
  for (const [index, { type: name }] of events.entries()) {
    if (isPublishable(name)) continue;
    if (isCustomEventTypeName(name)) unjudged.push(index);
    else unknown.push({ pointer: `${pointerOf(batch, index)}/type`, detail: unknownType(name) });
  }
  if (unknown.length > 0) return refused('unknown_event_type', unknown);

  const misfits: FieldError[] = [];
  for (const [index, { type: name, data }] of events.entries()) {
    if (!isPublishable(name)) continue;
    misfits.push(...checkEventData(name, data, `${pointerOf(batch, index)}/data`));
    if (misfits.length >= SHOWN_ERRORS) break;
  }
  if (misfits.length > 0) return refused('invalid_data', misfits);

  return { ok: true, batch, events, unjudged };
}

/**
 * Judges what readPublishRequest left: events of types that somebody registered.
 *
 * @param schemaOf what their tenant knows by this name; undefined: nothing
 */
export function judgeRegistered(
  { batch, events, unjudged }: Extract<PublishRequestReading, { ok: true }>,
  schemaOf: (index: number) => DataSchema | undefined,
  effort = new JudgingEffort(),
): PublishRequestJudgement {
  const known = events as readonly EventInput[];
  if (unjudged.length === 0) return { ok: true, events: known };
  const unknown = unjudged.filter((index) => schemaOf(index) === undefined);
  if (unknown.length > 0) {
    const errors = unknown.map((index) => ({
      pointer: `${pointerOf(batch, index)}/type`,
      detail: unknownType(''),
    }));
    return refused('unknown_event_type', errors);
  }
  const misfits: FieldError[] = [];
  for (const index of unjudged) {
    const [schema, event] = [schemaOf(index), events[index]];
    if (schema === undefined || event === undefined) continue;
    misfits.push(...effort.judge(schema, event.data, `${pointerOf(batch, index)}/data`));
    if (misfits.length >= SHOWN_ERRORS) break;
  }
  return misfits.length > 0 ? refused('invalid_data', misfits) : { ok: true, events: known };
}

/** Where an event stands in its request. */
function pointerOf(batch: boolean, index: number): string {
  return batch ? `/events/${index}` : '';
}

/** Asked before the schema, which would judge every one of millions. */
function isTooLong(events: unknown): boolean {
  return Array.isArray(events) && events.length > LIMITS.eventsPerBatch;
}

function refused(code: Refusal['code'], errors: readonly FieldError[]): Refusal {
  return { ok: false, code, errors: errors.slice(0, SHOWN_ERRORS) };
}

function unknownType(name: string): string {
  if (name === 'test.ping') return 'test.ping cannot be published: use the Test button';
  if (isOperational(name)) {
    return `${name} cannot be published: the product itself tells it, and webhooks may subscribe`;
  }
  return 'is not an event type of GET /v1/event-types';
}
