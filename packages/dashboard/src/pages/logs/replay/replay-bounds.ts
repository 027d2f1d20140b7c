import { boundsOf, type TimeWindow } from '../../../api/time-window.ts';

/** Without `from` nothing can be counted yet; without `to` it goes up to the present moment. */
export interface ReplayBounds {
  readonly from?: string;
  readonly to?: string;
}

/** The window of the log, or the last 24 hours where it shows any time. */
export function replayBounds(time: TimeWindow | undefined, nowMs: number): ReplayBounds {
  const bounds = boundsOf(time ?? {}, nowMs);
  return bounds.from === undefined ? { ...bounds, ...boundsOf({ range: '24h' }, nowMs) } : bounds;
}
