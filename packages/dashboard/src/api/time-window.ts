/** Windows that end now, by the name that the address bar shows. */
export const TIME_PRESETS = {
  '1h': { label: 'Last hour', lengthMs: 3_600_000 },
  '24h': { label: 'Last 24 hours', lengthMs: 86_400_000 },
  '7d': { label: 'Last 7 days', lengthMs: 7 * 86_400_000 },
  '30d': { label: 'Last 30 days', lengthMs: 30 * 86_400_000 },
} as const;

export type TimePreset = keyof typeof TIME_PRESETS;

/** A preset, or bounds of the acceptance time in ISO 8601: from ≤ t < to. Empty: any time. */
export interface TimeWindow {
  readonly range?: TimePreset | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function isTimePreset(value: unknown): value is TimePreset {
  return typeof value === 'string' && Object.hasOwn(TIME_PRESETS, value);
}

/** What a window means at this moment. A preset goes before bounds. */
export function boundsOf(
  { range, from, to }: TimeWindow,
  nowMs: number,
): { from?: string; to?: string } {
  if (range !== undefined) {
    return { from: new Date(nowMs - TIME_PRESETS[range].lengthMs).toISOString() };
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
