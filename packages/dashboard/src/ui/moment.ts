const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** “15:42:07” today, “22 Nov, 15:42:07” before: lines of a log are compared by the second. */
export function formatMoment(iso: string, nowMs: number): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date(nowMs).toDateString();
  return isToday ? time.format(date) : `${day.format(date)}, ${time.format(date)}`;
}

/** “in 23 s”, “in 1:45”; null when the moment has come. */
export function formatCountdown(iso: string, nowMs: number): string | null {
  const seconds = Math.ceil((Date.parse(iso) - nowMs) / 1_000);
  if (seconds <= 0) return null;
  if (seconds < 60) return `in ${seconds} s`;
  return `in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
