import {
  ATTEMPT_ERRORS,
  type AttemptErrorCode,
  attemptErrorMessage,
  type AttemptErrorView,
  type Delivery,
} from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import type { DeliveryRow } from '../../store/deliveries.ts';

export function presentDelivery(row: DeliveryRow): Delivery {
  return {
    id: formatId('dlv', row.id),
    eventId: formatId('evt', row.event_id),
    event: row.type,
    webhookId: formatId('whk', row.webhook_id),
    webhookName: row.webhook_name,
    status: row.status,
    attemptCount: row.attempt_count,
    statusCode: row.status_code,
    error: presentError(row.error),
    durationMs: row.duration_ms,
    nextAttemptAt: row.due?.toISOString() ?? null,
    createdAt: new Date(timeOfId(row.id)).toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** A code that this version does not know was written by a newer one: it is an error all the same. */
export function presentError(code: string | null): AttemptErrorView | null {
  if (code === null) return null;
  const known = Object.hasOwn(ATTEMPT_ERRORS, code) ? (code as AttemptErrorCode) : 'internal';
  return { code: known, message: attemptErrorMessage(known) };
}
