import type { Pool } from 'pg';
import type { DeliveryStatusName } from './delivery-status.ts';
import { idRange } from './id-range.ts';
import { HOUR_MS, IDS_AN_HOUR, ROLLED_AND_REST, wholeHours } from './rolled-hours.ts';

/** What became of the deliveries of one webhook that were accepted within one hour. */
export interface HourOfWebhook {
  webhook_id: string;
  /** Its start, milliseconds since 1970. */
  hour_ms: number;
  success: number;
  failed: number;
}

/**
 * Counts whole hours of a tenant, tests left out: those that are rolled up by probes of the roll-ups'
 * primary key, one a webhook, the others by a stretch of the log's (0.3 s for a million rows).
 *
 * @param fromMs start of the first hour
 * @param toMs end of the last
 */
export async function countHours(
  pool: Pool,
  tenantNo: number,
  fromMs: number,
  toMs: number,
): Promise<HourOfWebhook[]> {
  const range = idRange(fromMs, toMs);
  const hours = wholeHours(range);
  const { rows } = await pool.query<HourOfWebhook>(
    `with ${ROLLED_AND_REST}
     select (hour::bigint * ${HOUR_MS})::float8 + 1704067200000 as hour_ms, webhook_id, success, failed
     from (
       select r.hour, r.webhook_id, r.success, r.failed
       from sydx.webhooks w join sydx.roll_ups r on r.tenant_no = $1 and r.webhook_id = w.id
       where w.tenant_no = $1 and w.deleted_at is null
         and r.hour >= $4 and r.hour < $5 and r.hour in (select hour from rolled)
       union all
       select counted.* from rest cross join lateral (
         select (id / ${IDS_AN_HOUR})::int as hour, webhook_id,
           count(*) filter (where status = 1)::int, count(*) filter (where status = 2)::int
         from sydx.deliveries
         where tenant_no = $1 and id >= rest.low and id < rest.high and type <> 'test.ping'
         group by 1, 2
       ) counted
     ) as counts`,
    [tenantNo, range.low, range.high, hours.first, hours.end],
  );
  return rows;
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
