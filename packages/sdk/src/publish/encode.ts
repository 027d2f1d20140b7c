import { randomUUID } from 'node:crypto';
import { PublishError } from './error.ts';
import type { EventInputOf } from './event-input.ts';

/** An event as it goes out: the same bytes at every try. */
export interface EncodedEvent {
  /** With its idempotency key. */
  readonly event: EventInputOf<string, unknown>;
  /** JSON, as the API takes it. */
  readonly text: string;
  /** Of the text in UTF-8. */
  readonly byteCount: number;
}

/**
 * Turns an event into the API's words. One without an idempotency key gets a random one, so that
 * sending it again is safe.
 *
 * @throws PublishError `event_invalid`
 */
export function encodeEvent(event: EventInputOf<string, unknown>): EncodedEvent {
  const idempotencyKey = event.idempotencyKey ?? randomUUID();
  const { type, data, timestamp, tenantId } = event;
  const text = encodeJson({ type, data, timestamp, idempotencyKey, tenantId });
  return { event: { ...event, idempotencyKey }, text, byteCount: Buffer.byteLength(text) };
}

/**
 * JSON.stringify that refuses what it would change: a customer's 17-digit id that is a number has
 * lost its last digits before anybody can see it, and NaN would become null.
 *
 * @throws PublishError `event_invalid`
 */
export function encodeJson(value: unknown): string {
  try {
    return JSON.stringify(value, refuseInexact);
  } catch (error) {
    if (error instanceof PublishError) throw error;
    throw new PublishError(
      'event_invalid',
      `The event cannot be turned into JSON: ${String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function refuseInexact(field: string, value: unknown): unknown {
  if (typeof value === 'bigint') throw inexact(field, value);
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) throw inexact(field, value);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw inexact(field, value);
  return value;
}

function inexact(field: string, value: number | bigint): PublishError {
  return new PublishError(
    'event_invalid',
    `"${field}" is ${value}, which JSON readers would change. Send it as a string.`,
  );
}
