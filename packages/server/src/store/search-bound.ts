import type { Pool } from 'pg';
import type { IdRange } from './id-range.ts';

/** Rows that one page of a search looks at: no index knows types, so a rare one is looked for row by row. */
export const FARTHEST = Object.freeze({
  /** 30 to 60 ms. */
  deliveries: 200_000,
  /** Each on a page of the table that nothing else of the search is on. */
  ofWebhook: 50_000,
  notSuccessful: 5_000,
  /** As long, since each has its body beside it. */
  events: 50_000,
});

/** What of the log a search reads, by an index that has nothing else. */
export interface Searched {
  table: 'deliveries' | 'events';
  /** Owner of what is searched. */
  tenantNo: number;
  /** A webhook of that tenant: its deliveries alone. */
  webhookId?: string | undefined;
  /** Only what failed or was cancelled. */
  isNotSuccessful?: boolean;
  range: IdRange;
}

/**
 * Where a page that looks at so many rows has to stop: the smallest id that it may look at. Read in the
 * index that the page is read by, and in nothing else where PostgreSQL has vacuumed.
 *
 * @returns null when there are no more than that
 */
export async function searchBound(
  pool: Pool,
  { table, tenantNo, webhookId, isNotSuccessful = false, range }: Searched,
  farthest: number,
): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from sydx.${table}
     where ${webhookId === undefined ? 'tenant_no' : 'webhook_id'} = $1 and id >= $2 and id < $3
       ${isNotSuccessful ? 'and status <> 1' : ''}
     order by id desc offset $4 limit 1`,
    [webhookId ?? tenantNo, range.low, range.high, farthest - 1],
  );
  return rows[0]?.id ?? null;
}
