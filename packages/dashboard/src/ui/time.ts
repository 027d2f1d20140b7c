/** How times are written: the reader's own language and time zone. */
const dateTime = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatDateTime(iso: string): string {
  return dateTime.format(new Date(iso));
}

/** “in 2 min.”, “3 days ago”, “just now”. */
export function formatRelative(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1_000;
  // What is to come is rounded: a day that begins now has not lost an hour a second later.
  const whole = seconds > 0 ? Math.round : Math.trunc;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(whole(seconds / length), unit);
  }
  return Math.abs(seconds) < 10 ? 'just now' : relative.format(Math.trunc(seconds), 'second');
}

/** 87 → “87 ms”, 1234 → “1.23 s”. */
export function formatDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
