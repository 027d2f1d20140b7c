/** The one place that turns an event into the bytes that are stored, signed and sent. */
import { type JsonObject, LIMITS } from '@sydx/contract';
import { withKeysAsWritten } from './escaped-keys.ts';
import { isDeeper } from './suspicion.ts';

export interface DeliveredEvent {
  readonly type: string;
  /** Normalised: UTC with milliseconds. */
  readonly timestamp: string;
  readonly tenantId: string;
  readonly data: JsonObject;
}

/** What a delivered body holds. */
export interface ReadBody extends Omit<DeliveredEvent, 'type'> {
  readonly event: string;
}

export type DeliveredBody =
  | { readonly ok: true; readonly body: string; readonly bytes: number }
  | { readonly ok: false; readonly code: 'delivered_body_too_large'; readonly bytes: number }
  | { readonly ok: false; readonly code: 'too_deep' };

/** `data` stands inside the body's own object. */
const DATA_DEPTH = LIMITS.deliveredDepth - 1;

/**
 * The delivered body, exactly `JSON.stringify({event, timestamp, tenantId, data})`, or why there
 * can be none: more than 96 KiB of UTF-8, more than 64 levels.
 *
 * Depth is bounded before stringifying, which recurses.
 */
export function deliveredBody({ type, timestamp, tenantId, data }: DeliveredEvent): DeliveredBody {
  if (isDeeper(data, DATA_DEPTH)) return { ok: false, code: 'too_deep' };
  const body = JSON.stringify({ event: type, timestamp, tenantId, data });
  const bytes = Buffer.byteLength(body);
  if (bytes > LIMITS.deliveredBodyBytes) {
    return { ok: false, code: 'delivered_body_too_large', bytes };
  }
  return { ok: true, body, bytes };
}

/** @param body made by deliveredBody */
export function readDeliveredBody(body: string): ReadBody {
  return withKeysAsWritten(body, JSON.parse(body)) as ReadBody;
}
