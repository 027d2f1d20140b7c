import type { RejectedEvent, RejectedEventDetail } from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import type { RejectedRow, RejectedRowWithData } from '../../store/outbox-rejected.ts';

export function presentRejected(row: RejectedRow): RejectedEvent {
  return {
    id: formatId('rej', row.id),
    tenantId: row.tenant,
    type: row.type,
    idempotencyKey: row.key,
    timestamp: row.happened_at?.toISOString() ?? null,
    number: row.number,
    publishedAt: row.published_at.toISOString(),
    rejectedAt: new Date(timeOfId(row.id)).toISOString(),
    code: row.code,
    detail: row.detail,
    errors: row.errors,
  };
}

export function presentRejectedInFull(row: RejectedRowWithData): RejectedEventDetail {
  return { ...presentRejected(row), data: row.data };
}
