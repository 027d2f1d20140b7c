/**
 * Reads Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date. Nonsense is ignored.
 *
 * @param nowMs ms since 1970
 * @returns milliseconds from now, 0 or more; undefined when it says nothing
 */
export function readRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const value = header.trim();
  if (/^[0-9]{1,9}$/.test(value)) return Number(value) * 1000;
  // Date.parse takes nearly everything, "12.5" and "-1" among it.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return undefined;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(dateMs - nowMs, 0);
}
