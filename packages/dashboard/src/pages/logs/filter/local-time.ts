/** Between ISO 8601 and what `<input type="datetime-local">` speaks: the reader's own time. */

export function toLocal(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  const minutesBehind = date.getTimezoneOffset();
  return new Date(date.getTime() - minutesBehind * 60_000).toISOString().slice(0, 16);
}

/** @returns undefined while the input is empty or half typed */
export function fromLocal(text: string): string | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function startOfHour(ms: number): string {
  const date = new Date(ms);
  date.setMinutes(0, 0, 0);
  return date.toISOString();
}
