import type { Pool } from 'pg';
import type { IdRange } from './id-range.ts';
import { PERCENTILES, reached } from './percentiles.ts';
import { ALL_WEBHOOKS, HOUR_MS, ROLLED_AND_REST, wholeHours } from './rolled-hours.ts';

export interface Figures {
  success: number;
  failed: number;
  cancelled: number;
  /**
   * p50, p95, p99 of the last attempts that got a response, in milliseconds: exact below 128, else at
   * most 0.8 % away. The same, whether they were read from the log or from roll-ups.
   */
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
 * Counts and percentiles by acceptance time. Hours that are rolled up are read there, by their primary
 * key: a bucket of one hour as it stands, larger ones and the total from the steps of their hours added up
 * (30 days: 0.1 s). What is left, such as the present hour, is read in the log: a stretch each of its
 * primary key or of deliveries_by_webhook (0.3 s for a million rows). Buckets are in UTC; empty ones have no
 * row. Minutes are always counted in the log.
 *
 * @returns buckets oldest first; the total is the row without a start
 */
export async function readStats(pool: Pool, filter: StatsFilter): Promise<StatsRow[]> {
  const { tenantNo, webhookId, range, bucketMs } = filter;
  const hours = bucketMs % HOUR_MS === 0 ? wholeHours(range) : { first: 0, end: 0 };
  const { rows } = await pool.query<StatsRow>(
    `with ${ROLLED_AND_REST}, kept as materialized (
       select case when $6 <> ${HOUR_MS} then hour * ${HOUR_MS}::bigint / $6::bigint end as bucket, r.*
       from rolled join sydx.roll_ups r using (hour) where tenant_no = $1 and webhook_id = $7
     ), part as (
       select bucket, null::int as step, success, failed, cancelled, 0 as count from kept
       union all
       select bucket, l.step, 0, 0, 0, l.count
       from kept cross join lateral unnest(latency_steps, latency_counts) as l(step, count)
       union all
       select counted.* from rest cross join lateral (
         select (id >> 22) / $6::bigint as bucket,
           case when status_code is not null then sydx.latency_step(duration_ms) end as step,
           count(*) filter (where status = 1)::int, count(*) filter (where status = 2)::int,
           count(*) filter (where status = 3)::int, count(status_code)::int
         from sydx.deliveries
         where tenant_no = $1 and id >= rest.low and id < rest.high and type <> 'test.ping'
           ${webhookId === undefined ? '' : 'and webhook_id = $7'}
         group by 1, 2
       ) counted
     ), summed as materialized (
       select bucket, step, sum(success)::float8 as success, sum(failed)::float8 as failed,
         sum(cancelled)::float8 as cancelled, sum(count)::float8 as count
       from part group by bucket, step
     ), shown as (
       select * from summed where bucket is not null
       union all
       select null, step, sum(success), sum(failed), sum(cancelled), sum(count) from summed group by step
     ), reached as (
       select *, ${reached('bucket')} from shown
     ), figures as (
       select bucket, sum(success) as success, sum(failed) as failed, sum(cancelled) as cancelled,
         ${PERCENTILES} as latency_ms
       from reached group by bucket
       union all
       select hour, success, failed, cancelled, latency_ms from kept where bucket is null
     )
     select (bucket * $6::bigint)::float8 + 1704067200000 as start_ms, success, failed, cancelled, latency_ms
     from figures order by bucket nulls last`,
    [tenantNo, range.low, range.high, hours.first, hours.end, bucketMs, webhookId ?? ALL_WEBHOOKS],
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
