import type { Pool } from 'pg';
import { smallestIdAt } from '../base/ids.ts';
import type { DeliveryStatusName } from './delivery-status.ts';

export const HOUR_MS = 3_600_000;

/** What became of the deliveries of one webhook that were accepted within one hour. */
export interface HourOfWebhook {
  webhook_id: string;
  /** Its start, milliseconds since 1970. */
  hour_ms: number;
  success: number;
  failed: number;
}

/**
 * Counts whole hours of a tenant, tests left out: for each hour one stretch of the log's primary key.
 * A million rows take about 300 ms, so whoever asks often keeps the hours that cannot change.
 *
 * @param hoursMs starts of hours
 */
export async function countHours(
  pool: Pool,
  tenantNo: number,
  hoursMs: readonly number[],
): Promise<HourOfWebhook[]> {
  if (hoursMs.length === 0) return [];
  const { rows } = await pool.query<HourOfWebhook>(
    `select h.ms as hour_ms, d.webhook_id, d.success, d.failed
     from unnest($2::float8[], $3::bigint[], $4::bigint[]) as h(ms, low, high)
     cross join lateral (
       select webhook_id, count(*) filter (where status = 1)::int as success,
         count(*) filter (where status = 2)::int as failed
       from sydx.deliveries
       where tenant_no = $1 and id >= h.low and id < h.high and type <> 'test.ping'
       group by webhook_id
     ) d`,
    [tenantNo, hoursMs, ...idsOf(hoursMs)],
  );
  return rows;
}

/**
 * Which of these hours may still change, because a delivery of them is not final: a probe each of the
 * queue's index by tenant, and one look at what is under way.
 */
export async function unsettledHours(
  pool: Pool,
  tenantNo: number,
  hoursMs: readonly number[],
): Promise<number[]> {
  if (hoursMs.length === 0) return [];
  const { rows } = await pool.query<{ ms: number }>(
    `with under_way as materialized (
       select id from sydx.pending_deliveries where tenant_no = $1 and node_id is not null
     )
     select h.ms from unnest($2::float8[], $3::bigint[], $4::bigint[]) as h(ms, low, high)
     where exists (
       select from sydx.queue q where q.tenant_no = $1 and q.id >= h.low and q.id < h.high
     ) or exists (select from under_way u where u.id >= h.low and u.id < h.high)`,
    [tenantNo, hoursMs, ...idsOf(hoursMs)],
  );
  return rows.map(({ ms }) => ms);
}

function idsOf(hoursMs: readonly number[]): [string[], string[]] {
  return [hoursMs.map((ms) => smallestIdAt(ms)), hoursMs.map((ms) => smallestIdAt(ms + HOUR_MS))];
}

/** A webhook with the newest of its deliveries that ended; null where there is none. */
export interface LastDelivery {
  webhook_id: string;
  /** Null while it does well. */
  failing_since: Date | null;
  last: {
    finished_at: Date;
    status: DeliveryStatusName;
    status_code: number | null;
    error: string | null;
  } | null;
}

/** Every webhook of a tenant: for each one probe of deliveries_by_webhook, backwards (500: 4 ms). */
export async function lastDeliveries(pool: Pool, tenantNo: number): Promise<LastDelivery[]> {
  const { rows } = await pool.query<{
    webhook_id: string;
    failing_since: Date | null;
    finished_at: Date | null;
    status: DeliveryStatusName | null;
    status_code: number | null;
    error: string | null;
  }>(
    `select w.id as webhook_id, f.since as failing_since, l.finished_at, l.status_code, l.error,
       case l.status when 1 then 'success' when 2 then 'failed' when 3 then 'cancelled' end as status
     from sydx.webhooks w
     left join sydx.failing_webhooks f on f.webhook_id = w.id
     left join lateral (
       select finished_at, status, status_code, error from sydx.deliveries d
       where d.webhook_id = w.id and d.type <> 'test.ping' order by d.id desc limit 1
     ) l on true
     where w.tenant_no = $1 and w.deleted_at is null
     order by w.id desc`,
    [tenantNo],
  );
  return rows.map(({ webhook_id, failing_since, finished_at, status, status_code, error }) => ({
    webhook_id,
    failing_since,
    last:
      finished_at === null || status === null ? null : { finished_at, status, status_code, error },
  }));
}
