const ISO_8601 =
  /^\d{4}-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * A producer's time as receivers see it: UTC with milliseconds, finer digits cut.
 *
 * @returns null when `text` is not an ISO 8601 time with Z or an offset, names a day that no
 *   calendar has, or leaves the years 0000–9999 once it is in UTC (RFC 3339 has no others)
 */
export function normaliseTimestamp(text: string): string | null {
  const match = ISO_8601.exec(text);
  if (match === null) return null;
  if (Number(match[2]) > daysIn(Number(text.slice(0, 4)), Number(match[1]))) return null;
  const ms = Date.parse(text.toUpperCase().replace(',', '.'));
  if (Number.isNaN(ms)) return null;
  const iso = new Date(ms).toISOString();
  return iso.length === 24 ? iso : null;
}

/** Date.parse takes February 30th for March 2nd. */
function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
