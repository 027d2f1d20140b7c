import { LIMITS } from '@sydx/contract';
import { parseHttpDateMs } from './http-date.ts';

/** Longer wishes are shortened to this: a receiver must not park a delivery for a day. */
export const MAX_RETRY_AFTER_MS = LIMITS.retryAfterMaxSeconds * 1000;

/**
 * Reads Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date.
 *
 * It counts on 429 and 503 alone. Nonsense is ignored. A date in the past means now.
 *
 * @param header the header's value, null without one
 * @param nowMs present time in ms since 1970, by the database's clock: a node's own may be hours off
 * @returns milliseconds from now, 0 to MAX_RETRY_AFTER_MS, or null when it says nothing
 */
export function parseRetryAfter(
  header: string | null,
  statusCode: number,
  nowMs: number,
): number | null {
  if (header === null || (statusCode !== 429 && statusCode !== 503)) return null;
  const delayMs = wishMs(header.trim(), nowMs);
  return delayMs === null ? null : Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
}

function wishMs(value: string, nowMs: number): number | null {
  if (/^[0-9]+$/.test(value)) return Number(value) * 1000;
  const dateMs = parseHttpDateMs(value, nowMs);
  return dateMs === null ? null : dateMs - nowMs;
}
