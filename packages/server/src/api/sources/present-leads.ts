import type { LeadErrorCode, LeadFetching, SourceLead } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import type { FetchingRow, SourceLeadRow } from '../../store/source-leads.ts';

export function presentLead(row: SourceLeadRow): SourceLead {
  return {
    id: formatId('led', row.id),
    leadId: row.leadgen_id,
    pageId: row.page_id,
    formId: row.form_id,
    adId: row.ad_id,
    state: row.state,
    attemptCount: row.attempt_count,
    error: errorOf(row),
    receivedAt: row.received_at.toISOString(),
    nextAttemptAt: row.state === 'waiting' ? row.next_at.toISOString() : null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

export function presentFetching(row: FetchingRow): LeadFetching {
  const error = errorOf(row);
  const resumesAt = row.is_paused ? null : (row.resume_at?.toISOString() ?? null);
  const state = stateOf(row);
  const since = row.since?.toISOString();
  return {
    state,
    waiting: row.waiting,
    failed: row.failed,
    oldestWaitingAt: row.oldest_waiting_at?.toISOString() ?? null,
    error:
      error === null || since === undefined || state === 'running' ? null : { ...error, since },
    resumesAt,
  };
}

function stateOf({ is_paused, resume_at }: FetchingRow): LeadFetching['state'] {
  if (is_paused) return 'paused';
  return resume_at === null ? 'running' : 'backing_off';
}

function errorOf({ code, detail }: Pick<FetchingRow, 'code' | 'detail'>): SourceLead['error'] {
  // Written by the store's own functions, which take no other code.
  return code === null ? null : { code: code as LeadErrorCode, detail: detail ?? '' };
}
