import type { Pool } from 'pg';
import { smallestIdAt } from '../../src/base/ids.ts';
import { createPartitions } from '../../src/store/partitions.ts';
import { IDS_AN_HOUR } from '../../src/store/rolled-hours.ts';
import { transaction } from '../../src/store/transaction.ts';

const DAY_MS = 86_400_000;

/** Partitions of today, of a week ahead and of the days before: tests tell of the past as well. */
export async function createPartitionsSince(pool: Pool, fromMs: number): Promise<void> {
  await createPartitions(pool, 1);
  for (let day = fromMs - (fromMs % DAY_MS); day < Date.now(); day += DAY_MS) {
    const name = new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
    const bounds = `from (${smallestIdAt(day)}) to (${smallestIdAt(day + DAY_MS)})`;
    for (const parent of ['events', 'deliveries', 'attempts']) {
      await pool.query(
        `create table if not exists sydx.${parent}_${name} partition of sydx.${parent} for values ${bounds}`,
      );
    }
  }
}

export async function insertTenant(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ no: number }>(
    'insert into sydx.tenants (id, name) values ($1, $1) returning no',
    [id],
  );
  return required(rows[0]).no;
}

/** A webhook that subscribes to some types; its secret is no secret. */
export async function insertWebhook(
  pool: Pool,
  tenantNo: number,
  { name = 'n8n', events = ['contact.created'] }: { name?: string; events?: string[] } = {},
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `with made as (
       insert into sydx.webhooks (tenant_no, name, url, events, secret_key_id, secret_sealed, secret_hint, version)
       values ($1, $2, 'https://hooks.example.com/services/T0000/secret-path', $3, 'test', '\\x00', 'abcd', 0)
       returning id
     ), subscribed as (
       insert into sydx.subscriptions (tenant_no, type, webhook_id)
       select $1, type, id from made cross join unnest($3::text[]) as type
     )
     select id from made`,
    [tenantNo, name, events],
  );
  return required(rows[0]).id;
}

export interface Filling {
  tenantNo: number;
  webhookId: string;
  type: string;
  count: number;
  /** Acceptance times are spread evenly from here… */
  fromMs: number;
  /** …to here, milliseconds since 1970. */
  toMs: number;
  /** Of the log: 1 success, 2 failed, 3 cancelled. */
  status: number;
}

/** Events that were accepted and each delivered to one webhook, as if long ago. */
export async function fillLog(pool: Pool, filling: Filling): Promise<void> {
  const { tenantNo, webhookId, type, count, fromMs, toMs, status } = filling;
  await pool.query(
    `with made as materialized (
       select ((($4::float8 + n * ($5::float8 - $4) / $6)::bigint - 1704067200000) << 22) as base,
         nextval('sydx.id_seq') & 4194303 as event, nextval('sydx.id_seq') & 4194303 as delivery
       from generate_series(0, $6::int - 1) as n
     ), happened as (
       insert into sydx.events (id, tenant_no, type, body)
       select base | event, $1, $3::text, '{"event":"' || $3::text || '","timestamp":"2026-03-25T08:22:50.254Z","tenantId":"t","data":{}}'
       from made
     )
     insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count,
       finished_at, started_at, duration_ms, status_code, error)
     select base | delivery, $1, base | event, $2, $3, $7::int, case $7::int when 3 then 0 else 1 end,
       sydx.id_time(base), case $7::int when 3 then null else sydx.id_time(base) end,
       case $7::int when 3 then null else 100 end, case $7::int when 1 then 200 when 2 then 500 end,
       case $7::int when 2 then 'status_5xx' when 3 then 'webhook_disabled' end
     from made`,
    [tenantNo, webhookId, type, fromMs, toMs, count, status],
  );
  await forgetRolled(pool, fromMs, toMs);
}

/** What was written into the past, which nobody can in earnest, may belong to an hour that was rolled up. */
export async function forgetRolled(pool: Pool, fromMs: number, toMs: number): Promise<void> {
  const bounds = [smallestIdAt(fromMs), smallestIdAt(toMs)];
  const within = `hour between $1::bigint / ${IDS_AN_HOUR} and $2::bigint / ${IDS_AN_HOUR}`;
  await transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('sydx.roll_ups'))`);
    await client.query(`delete from sydx.rolled_hours where ${within}`, bounds);
    await client.query(`delete from sydx.roll_ups where ${within}`, bounds);
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('PostgreSQL answered no row.');
  return value;
}
