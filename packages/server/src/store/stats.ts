import type { Pool } from 'pg';
import type { IdRange } from './id-range.ts';

export interface Figures {
  success: number;
  failed: number;
  cancelled: number;
  /** p50, p95, p99 of the last attempts that got a response, in milliseconds. */
  latency_ms: [number, number, number] | null;
}

export interface StatsRow extends Figures {
  /** Start of the bucket, milliseconds since 1970; null: all of it together. */
  start_ms: number | null;
}

export interface StatsFilter {
  tenantNo: number;
  webhookId?: string | undefined;
  range: IdRange;
  bucketMs: number;
}

/**
 * Counts and percentiles by acceptance time, straight from the log: one pass over the ids of the
 * range, by the primary key or by deliveries_by_webhook (72 ms for a million rows). Buckets are in UTC;
 * empty ones have no row.
 *
 * @returns buckets oldest first; the total is the row without a start
 */
export async function readStats(pool: Pool, filter: StatsFilter): Promise<StatsRow[]> {
  const { tenantNo, webhookId, range, bucketMs } = filter;
  const { rows } = await pool.query<StatsRow>(
    `select (bucket * $4::bigint)::float8 + 1704067200000 as start_ms,
       count(*) filter (where status = 1)::int as success,
       count(*) filter (where status = 2)::int as failed,
       count(*) filter (where status = 3)::int as cancelled,
       percentile_disc(array[0.5, 0.95, 0.99]) within group (order by duration_ms)
         filter (where status_code is not null) as latency_ms
     from (
       select (id >> 22) / $4::bigint as bucket, status, duration_ms, status_code
       from sydx.deliveries
       where tenant_no = $1 and id >= $2 and id < $3 and type <> 'test.ping'
         ${webhookId === undefined ? '' : 'and webhook_id = $5'}
     ) d
     group by grouping sets ((bucket), ())
     order by bucket nulls last`,
    [tenantNo, range.low, range.high, bucketMs, ...(webhookId === undefined ? [] : [webhookId])],
  );
  return rows;
}

/**
 * Deliveries that are not final now, tests left out. Counts the queue by an index alone (a test is
 * never in it) and looks up the type only of what is under way.
 */
export async function countPending(
  pool: Pool,
  tenantNo: number,
  webhookId: string | undefined,
): Promise<number> {
  const ofWebhook = webhookId === undefined ? '' : 'and webhook_id = $2';
  const { rows } = await pool.query<{ count: number }>(
    `select (
       select count(*) from sydx.queue where tenant_no = $1 ${ofWebhook}
     )::int + (
       select count(*) from sydx.pending_deliveries p
       where tenant_no = $1 and node_id is not null ${ofWebhook} and (
         select type from sydx.events e where e.tenant_no = p.tenant_no and e.id = p.event_id
       ) <> 'test.ping'
     )::int as count`,
    [tenantNo, ...(webhookId === undefined ? [] : [webhookId])],
  );
  return rows[0]?.count ?? 0;
}
