import type { Pool, QueryConfig } from 'pg';
import { PERCENTILES, reached } from './percentiles.ts';
import { ALL_WEBHOOKS, IDS_AN_HOUR } from './rolled-hours.ts';
import { type Transaction, transaction } from './transaction.ts';

/** Everybody who writes roll-ups holds it: one node at a time. */
const LOCK = `hashtext('sydx.roll_ups')`;

/**
 * For so long after its end an hour is left alone. An id is made an instant before its transaction is
 * known to PostgreSQL by a number: after this, whoever made an id of the hour has one.
 */
const SETTLING = `interval '1 minute'`;

/** An hour of 36 million deliveries takes longer than a page may. */
const PATIENCE_MS = 1_800_000;

/** The hour of a moment, as roll-ups number them. */
const hourAt = (moment: string): string => `(sydx.id_at(${moment}) / ${IDS_AN_HOUR})::int`;

/** The first hour that may still change. */
const UNSETTLED = hourAt(`statement_timestamp() - ${SETTLING}`);

/** What one call of `rollUpNext` did. */
export type RollUpStep = 'rolled' | 'nothing to do' | 'another node';

/**
 * Rolls one hour up, or the tenants of one that were left out before: the newest first, all in one
 * transaction, so whatever breaks, an hour is rolled up once and in whole or not at all.
 *
 * @param retentionDays days older than that are about to be dropped and stay as they are
 * @throws the driver's error
 */
export async function rollUpNext(pool: Pool, retentionDays: number): Promise<RollUpStep> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ isOurs: boolean }>(
      `select pg_try_advisory_xact_lock(${LOCK}) as "isOurs"`,
    );
    if (rows[0]?.isOurs !== true) return 'another node';
    await reopenHours(client);
    await noteHours(client, retentionDays);
    const next = await nextHour(client);
    if (next === null) return 'nothing to do';
    await rollUp(client, next);
    return 'rolled';
  });
}

/** A clock that was set back makes ids of hours that were over: they are counted anew once it is so again. */
async function reopenHours(client: Transaction): Promise<void> {
  await client.query(
    `with reopened as (
       delete from sydx.rolled_hours where hour >= ${UNSETTLED} returning hour
     )
     delete from sydx.roll_ups r using reopened where r.hour = reopened.hour`,
  );
}

/**
 * Notes hours that are over, from the oldest day of the log on, with the number that the next transaction
 * gets: what is below it may have made ids of them. A database that was restored into another server counts
 * its transactions from another number, so one that is yet to come is noted anew.
 */
async function noteHours(client: Transaction, retentionDays: number): Promise<void> {
  const oldest = `greatest(day, (statement_timestamp() at time zone 'UTC')::date - $1::int)`;
  await client.query(
    `insert into sydx.rolled_hours (hour, horizon)
     select hour, pg_snapshot_xmax(pg_current_snapshot())
     from (
       select min(to_date(right(c.relname, 8), 'YYYYMMDD')) as day
       from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'sydx.deliveries'::regclass and c.relname ~ '^deliveries_[0-9]{8}$'
     ) made cross join lateral generate_series(
       ${hourAt(`${oldest}::timestamp at time zone 'UTC'`)}, ${UNSETTLED} - 1
     ) as over(hour)
     where not exists (select from sydx.rolled_hours r where r.hour = over.hour)`,
    [retentionDays],
  );
  await client.query(
    `update sydx.rolled_hours set horizon = pg_snapshot_xmax(pg_current_snapshot())
     where rolled_at is null and horizon > pg_snapshot_xmax(pg_current_snapshot())`,
  );
}

/** An hour, and which tenants of it are to be rolled up: some that were left out before; null: all. */
interface NextHour {
  hour: number;
  tenantNos: number[] | null;
}

/**
 * The newest hour that no transaction can add to, or else the newest of which a tenant that was left out
 * has nothing pending any more. What is in the queue is found by probes of queue_by_tenant.
 */
async function nextHour(client: Transaction): Promise<NextHour | null> {
  const { rows: fresh } = await client.query<NextHour>(
    `select hour, null as "tenantNos" from sydx.rolled_hours
     where rolled_at is null and horizon <= pg_snapshot_xmin(pg_current_snapshot())
     order by hour desc limit 1`,
  );
  if (fresh[0] !== undefined) return fresh[0];
  const { rows: late } = await client.query<NextHour>(
    `with ${UNDER_WAY}
     select h.hour, array_agg(t.no) as "tenantNos"
     from sydx.rolled_hours h cross join lateral unnest(h.waiting) as t(no)
     where h.rolled_at is not null and h.waiting <> '{}' and not ${isPending('t.no', 'h.hour')}
     group by h.hour order by h.hour desc limit 1`,
  );
  return late[0] ?? null;
}

const UNDER_WAY = `under_way as materialized (
  select distinct tenant_no, (id / ${IDS_AN_HOUR})::int as hour from sydx.pending_deliveries
  where node_id is not null
)`;

const isPending = (tenantNo: string, hour: string): string => `(
  exists (
    select from sydx.queue q where q.tenant_no = ${tenantNo}
      and q.id >= ${hour} * ${IDS_AN_HOUR} and q.id < (${hour} + 1) * ${IDS_AN_HOUR}
  ) or exists (select from under_way u where u.tenant_no = ${tenantNo} and u.hour = ${hour})
)`;

/**
 * Statements of their own on purpose: which transactions have ended was seen before which deliveries are
 * pending, and that before the log is read. So of a tenant that has none pending, all that the hour will ever
 * have is in the log.
 */
async function rollUp(client: Transaction, { hour, tenantNos }: NextHour): Promise<void> {
  const { rows } = await client.query<{ no: number; pending: boolean }>(
    `with ${UNDER_WAY}
     select t.no, ${isPending('t.no', '$1::int')} as pending
     from sydx.tenants t where $2::int[] is null or t.no = any($2)`,
    [hour, tenantNos],
  );
  const waiting = rows.filter(({ pending }) => pending).map(({ no }) => no);
  const settled = rows.filter(({ pending }) => !pending).map(({ no }) => no);
  // There is none, unless somebody took marks away and left these: the hour would fail for ever.
  await client.query('delete from sydx.roll_ups where hour = $1 and tenant_no = any($2::int[])', [
    hour,
    settled,
  ]);
  await client.query(patient(INSERT, [hour, settled]));
  await client.query(
    `update sydx.rolled_hours set rolled_at = clock_timestamp(), waiting = case
       when $2::int[] is null then $3::int[]
       else array(select no from unnest(waiting) as w(no) where not (no = any($4::int[])))
     end where hour = $1`,
    [hour, tenantNos, waiting, settled],
  );
}

/** For each tenant one stretch of the log's primary key: there is no index by time alone. */
const INSERT = `
with counted as materialized (
  select t.no, d.* from unnest($2::int[]) as t(no)
  cross join lateral (
    select webhook_id, case when status_code is not null then sydx.latency_step(duration_ms) end as step,
      count(*) filter (where status = 1) as success, count(*) filter (where status = 2) as failed,
      count(*) filter (where status = 3) as cancelled, count(status_code) as count
    from sydx.deliveries
    where tenant_no = t.no and type <> 'test.ping'
      and id >= $1::int * ${IDS_AN_HOUR} and id < ($1::int + 1) * ${IDS_AN_HOUR}
    group by 1, 2
  ) d
), shown as (
  select * from counted
  union all
  select no, ${ALL_WEBHOOKS}, step, sum(success)::bigint, sum(failed)::bigint, sum(cancelled)::bigint,
    sum(count)::bigint
  from counted group by no, step
), reached as (
  select *, ${reached('no, webhook_id')} from shown
)
insert into sydx.roll_ups (tenant_no, webhook_id, hour, success, failed, cancelled, latency_steps,
  latency_counts, latency_ms)
select no, webhook_id, $1, sum(success), sum(failed), sum(cancelled),
  coalesce(array_agg(step order by step) filter (where step is not null), '{}'),
  coalesce(array_agg(count order by step) filter (where step is not null), '{}'), ${PERCENTILES}
from reached group by no, webhook_id`;

/**
 * Takes away the roll-ups of days that retention drops: before the days are dropped, so that statistics
 * read what is still there in the log. By the primary key and by roll_ups_by_hour.
 *
 * @param beforeMs start of the first day that stays, milliseconds since 1970
 */
export async function forgetRollUps(pool: Pool, beforeMs: number): Promise<void> {
  const past = `where hour < ${hourAt('to_timestamp($1::float8 / 1000)')}`;
  const { rows } = await pool.query<{ found: boolean }>(
    `select exists (select from sydx.rolled_hours ${past}) or exists (select from sydx.roll_ups ${past}) as found`,
    [beforeMs],
  );
  if (rows[0]?.found !== true) return;
  await transaction(pool, async (client) => {
    await client.query(patient(`select pg_advisory_xact_lock(${LOCK})`, []));
    await client.query(`delete from sydx.rolled_hours ${past}`, [beforeMs]);
    await client.query(patient(`delete from sydx.roll_ups ${past}`, [beforeMs]));
  });
}

function patient(text: string, values: unknown[]): QueryConfig & { query_timeout: number } {
  return { text, values, query_timeout: PATIENCE_MS };
}

/** How far rolling up has come. */
export interface RollUpLag {
  /** Hours that are over and not rolled up for every tenant. */
  openHours: number;
  /** For how long the oldest of them has been over; 0 when there is none. */
  seconds: number;
}

/** Reads what is noted; an hour that nobody has noted yet counts as well. */
export async function rollUpLag(pool: Pool): Promise<RollUpLag> {
  const { rows } = await pool.query<RollUpLag>(
    `with noted as (
       select count(*) filter (where rolled_at is null or waiting <> '{}') as open, max(hour) as last,
         min(hour) filter (where rolled_at is null or waiting <> '{}') as oldest
       from sydx.rolled_hours
     ), present as (
       select ${hourAt('clock_timestamp()')} as hour
     )
     select (open + coalesce(greatest(present.hour - last - 1, 0), 0))::int as "openHours",
       coalesce(greatest(extract(epoch from clock_timestamp() - sydx.id_time(
         (coalesce(oldest, last + 1) + 1) * ${IDS_AN_HOUR}
       )), 0), 0)::float8 as seconds
     from noted, present`,
  );
  return rows[0] ?? { openHours: 0, seconds: 0 };
}
