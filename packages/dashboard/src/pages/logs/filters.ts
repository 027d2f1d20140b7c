import type { DeliveryStatus } from '@sydx/contract';
import { isTimePreset, type TimePreset, type TimeWindow } from '../../api/time-window.ts';

/** What the address bar holds, so that a filtered log can be shared as a link. */
export interface LogFilters {
  readonly event?: string;
  readonly status?: DeliveryStatus;
  /** A webhook's id. */
  readonly webhook?: string;
  /** Only the deliveries of one event. */
  readonly eventId?: string;
  /** A window that ends now. */
  readonly range?: TimePreset;
  /** ISO 8601: acceptance time, from ≤ t < to. */
  readonly from?: string;
  readonly to?: string;
  /** The delivery whose detail is open. */
  readonly delivery?: string;
  /** The replay whose progress is open. */
  readonly replay?: string;
  /** In place of deliveries: events that matched no webhook. */
  readonly view?: 'unmatched';
}

/** What may be changed at once; undefined takes a filter away. */
export type LogFilterChange = {
  readonly [Name in keyof LogFilters]?: LogFilters[Name] | undefined;
};

const STATUSES: readonly string[] = ['pending', 'success', 'failed', 'cancelled'];
const NARROWING = ['event', 'status', 'webhook', 'eventId', 'range', 'from', 'to'] as const;

/** Takes what anyone may have typed; what is not a filter is dropped. */
export function readLogFilters(search: Record<string, unknown>): LogFilters {
  const filters: Record<string, string> = {};
  for (const name of ['event', 'webhook', 'eventId', 'delivery', 'replay']) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') filters[name] = value;
  }
  for (const name of ['from', 'to']) {
    const value = search[name];
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) filters[name] = value;
  }
  const { status, range, view } = search;
  if (typeof status === 'string' && STATUSES.includes(status)) filters['status'] = status;
  if (isTimePreset(range)) filters['range'] = range;
  if (view === 'unmatched') filters['view'] = view;
  return filters;
}

/** @returns the filters with a change made; what is undefined leaves the address bar */
export function changeFilters(filters: LogFilters, change: LogFilterChange): LogFilters {
  return Object.fromEntries(
    Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined),
  );
}

export function windowOf({ range, from, to }: LogFilters): TimeWindow {
  return { range, from, to };
}

/** True when something narrows the list, so that an empty one may have another reason. */
export function isFiltered(filters: LogFilters): boolean {
  return NARROWING.some((name) => filters[name] !== undefined);
}

/** The change that shows everything. */
export const NO_FILTERS = Object.fromEntries(
  NARROWING.map((name) => [name, undefined]),
) as LogFilterChange;
