import { type FinalStatus, STATUS } from './record-outcomes.ts';

export type DeliveryStatusName = 'pending' | FinalStatus;

const NAMES: readonly DeliveryStatusName[] = ['pending', 'success', 'failed', 'cancelled'];

/** @param number as in the log; null: it is not in the log, so it is pending */
export function statusName(number: number | null): DeliveryStatusName {
  return NAMES[number ?? 0] ?? 'pending';
}

/** A status of the log as an SQL literal: the partial index is proven to fit at planning time. */
export function statusLiteral(status: FinalStatus): string {
  return String(STATUS[status]);
}
