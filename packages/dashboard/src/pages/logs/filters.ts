import type { DeliveryStatus } from '@sydx/contract';

/** What the address bar holds, so that a filtered log can be shared as a link. */
export interface LogFilters {
  readonly event?: string;
  readonly status?: DeliveryStatus;
  /** A webhook's id. */
  readonly webhook?: string;
  /** ISO 8601: acceptance time, from ≤ t < to. */
  readonly from?: string;
  readonly to?: string;
  /** The delivery whose detail is open. */
  readonly delivery?: string;
}

const STATUSES: readonly string[] = ['pending', 'success', 'failed', 'cancelled'];

/** Takes what anyone may have typed; what is not a filter is dropped. */
export function readLogFilters(search: Record<string, unknown>): LogFilters {
  const filters: Record<string, string> = {};
  for (const name of ['event', 'webhook', 'from', 'to', 'delivery']) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') filters[name] = value;
  }
  const { status } = search;
  if (typeof status === 'string' && STATUSES.includes(status)) filters['status'] = status;
  return filters;
}
