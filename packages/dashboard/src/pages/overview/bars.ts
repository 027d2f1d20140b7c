import type { Stats } from '@sydx/contract';
import { TIME_PRESETS, type TimePreset } from '../../api/time-window.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long a bar is: as many as are told apart, also on a phone. */
const BAR_MS: Readonly<Record<TimePreset, number>> = {
  '1h': 2 * MINUTE_MS,
  '24h': HOUR_MS,
  '7d': 6 * HOUR_MS,
  '30d': DAY_MS,
};

export interface Bar {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** One bar after the other without a gap: the server leaves out buckets where nothing happened. */
export function barsOf({ data, to }: Pick<Stats, 'data' | 'to'>, range: TimePreset): Bar[] {
  const lengthMs = BAR_MS[range];
  const lastMs = Math.floor(Date.parse(to) / lengthMs) * lengthMs;
  const count = Math.round(TIME_PRESETS[range].lengthMs / lengthMs);
  const firstMs = lastMs - (count - 1) * lengthMs;
  const bars = Array.from({ length: count }, (_, place) => ({
    from: new Date(firstMs + place * lengthMs).toISOString(),
    to: new Date(firstMs + (place + 1) * lengthMs).toISOString(),
    success: 0,
    failed: 0,
    cancelled: 0,
  }));
  for (const { start, success, failed, cancelled } of data) {
    // What the first bar has only the end of is counted with it.
    const place = Math.max(0, Math.floor((Date.parse(start) - firstMs) / lengthMs));
    const bar = bars[place];
    if (bar === undefined) continue;
    bar.success += success;
    bar.failed += failed;
    bar.cancelled += cancelled;
  }
  return bars;
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Of moments in order, the first of each of the reader's days. */
export function daysFirst(moments: readonly string[]): string[] {
  return moments.filter((moment, place) => {
    const before = moments[place - 1];
    return (
      before === undefined || new Date(before).toDateString() !== new Date(moment).toDateString()
    );
  });
}

/** The server's days are those of UTC, wherever the reader is. */
const utcDate = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** What stands under a bar. */
export function tick(iso: string, range: TimePreset): string {
  const moment = new Date(iso);
  if (range === '30d') return utcDate.format(moment);
  return range === '7d' ? day.format(moment) : time.format(moment);
}

/** What the tooltip of a bar says. */
export function span({ from, to }: Pick<Bar, 'from' | 'to'>, range: TimePreset): string {
  const [start, end] = [new Date(from), new Date(to)];
  if (range === '30d') return `${utcDate.format(start)} (UTC)`;
  return `${date.format(start)}, ${time.format(start)} to ${time.format(end)}`;
}
