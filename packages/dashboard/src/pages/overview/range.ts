import { isTimePreset, type TimePreset } from '../../api/time-window.ts';

/** What the address bar of the Overview holds. */
export interface OverviewSearch {
  readonly range?: TimePreset;
}

export const DEFAULT_RANGE: TimePreset = '24h';

export function readOverviewSearch({ range }: Record<string, unknown>): OverviewSearch {
  return isTimePreset(range) && range !== DEFAULT_RANGE ? { range } : {};
}
