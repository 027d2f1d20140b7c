import { parseHttpDateMs } from './http-date.ts';

/** Longer wishes are shortened to this: a receiver must not park a delivery for a day. */
export const MAX_RETRY_AFTER_MS = 600_000;

/**
 * Reads Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date.
 *
 * It counts on 429 and 503 alone. Nonsense is ignored, and so is a header sent more than once, for
 * nobody can say which was meant. A date in the past means now.
 *
 * @param header the header's value, or all its values
 * @param nowMs present time in ms since 1970, by the database's clock: a node's own may be hours off
 * @returns milliseconds from now, 0 to MAX_RETRY_AFTER_MS, or null when it says nothing
 */
export function parseRetryAfter(
  header: string | readonly string[] | null | undefined,
  statusCode: number,
  nowMs: number,
): number | null {
  if (statusCode !== 429 && statusCode !== 503) return null;
  const value = (typeof header === 'string' ? [header] : (header ?? [])).map((line) => line.trim());
  if (value.length !== 1) return null;
  const delayMs = wishMs(value[0] ?? '', nowMs);
  return delayMs === null ? null : Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
}

function wishMs(value: string, nowMs: number): number | null {
  if (/^[0-9]+$/.test(value)) return Number(value) * 1000;
  const dateMs = parseHttpDateMs(value, nowMs);
  return dateMs === null ? null : dateMs - nowMs;
}
