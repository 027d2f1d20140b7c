import type { LeadState } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, writeAudit } from './audit-log.ts';
import { transaction } from './transaction.ts';

/** A lead as an admin sees it. */
export interface SourceLeadRow {
  readonly id: string;
  readonly leadgen_id: string;
  readonly page_id: string | null;
  readonly form_id: string | null;
  readonly ad_id: string | null;
  readonly state: LeadState;
  readonly attempt_count: number;
  readonly code: string | null;
  readonly detail: string | null;
  readonly received_at: Date;
  readonly next_at: Date;
  readonly finished_at: Date | null;
}

/** Newest first, by meta_leads_by_state or meta_leads_by_source. */
export async function listSourceLeads(
  pool: Pool,
  sourceId: string,
  state: LeadState | undefined,
  limit: number,
  beforeId: string | null,
): Promise<SourceLeadRow[]> {
  const { rows } = await pool.query<SourceLeadRow>(
    `select id, leadgen_id, page_id, form_id, ad_id, state, attempt_count, code, detail, received_at,
      next_at, finished_at
    from sydx.meta_leads
    where source_id = $1 and id < coalesce($2::bigint, 9223372036854775807)
      ${state === undefined ? '' : 'and state = $4'}
    order by id desc limit $3`,
    [sourceId, beforeId, limit, ...(state === undefined ? [] : [state])],
  );
  return rows;
}

export interface FetchingRow {
  readonly waiting: number;
  readonly failed: number;
  readonly oldest_waiting_at: Date | null;
  readonly is_paused: boolean;
  readonly code: string | null;
  readonly detail: string | null;
  readonly since: Date | null;
  readonly resume_at: Date | null;
}

/** How a source's fetching stands. By meta_leads_by_state: what was published is not counted. */
export async function readFetching(pool: Pool, sourceId: string): Promise<FetchingRow> {
  const { rows } = await pool.query<FetchingRow>(
    `select w.waiting, w.oldest_waiting_at,
      (select count(*)::int from sydx.meta_leads where source_id = s.id and state = 'failed') as failed,
      coalesce(f.paused_for = s.updated_at, false) as is_paused,
      f.code, f.detail, f.since,
      case when f.resume_at > clock_timestamp() then f.resume_at end as resume_at
    from sydx.sources s
    cross join lateral (select count(*)::int as waiting, min(received_at) as oldest_waiting_at
      from sydx.meta_leads where source_id = s.id and state = 'waiting') w
    left join sydx.meta_lead_fetching f on f.source_id = s.id
      and (f.paused_for is null or f.paused_for = s.updated_at)
    where s.id = $1`,
    [sourceId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered no row.');
  return row;
}

/**
 * Makes all that waits or failed due now, and ends a pause. What is past Meta's own keeping stays failed.
 *
 * @returns how many leads; null when there is no such source, or it is another tenant's
 */
export async function retrySourceLeads(
  pool: Pool,
  tenantNo: number | null,
  sourceId: string,
  by: Actor,
): Promise<number | null> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select name from sydx.sources
      where id = $1 and tenant_no is not distinct from $2 for no key update`,
      [sourceId, tenantNo],
    );
    const [source] = rows;
    if (source === undefined) return null;
    await client.query('delete from sydx.meta_lead_fetching where source_id = $1', [sourceId]);
    // One that a node is at right now stays its own.
    const { rowCount } = await client.query(
      `update sydx.meta_leads set state = 'waiting', claim = null, attempt_count = 0,
        finished_at = null, next_at = clock_timestamp()
      where source_id = $1 and ((state = 'waiting' and claim is null)
        or (state = 'failed' and code is distinct from 'expired'))`,
      [sourceId],
    );
    const count = rowCount ?? 0;
    const object = { kind: 'source', id: formatId('src', sourceId), name: source.name } as const;
    const changes = [{ field: 'leads', before: null, after: count }];
    await writeAudit(client, by, { tenantNo, action: 'source.retried', object, changes });
    return count;
  });
}
