import type { Postgres } from './postgres.ts';

const EACH_STATEMENT = 250_000;

export interface OldLog {
  /** How many deliveries, spread evenly over the days. */
  deliveries: number;
  /** The whole days to fill: so many days ago, and so many before. */
  lastDaysAgo: number;
  days: number;
}

/**
 * Writes deliveries into days gone by, past the product: nobody can publish yesterday. All are of the
 * first webhook; one of fifty failed, one of ten thousand is of a rare type. Their events are left out:
 * no page of the log reads them. Nothing of it is rolled up then, as after an upgrade.
 */
export async function fillLog(postgres: Postgres, log: OldLog): Promise<void> {
  for (let day = 0; day < log.days; day += 1) {
    const daysAgo = log.lastDaysAgo + day;
    await makePartition(postgres, daysAgo);
    const share = Math.round(log.deliveries / log.days);
    for (let first = 0; first < share; first += EACH_STATEMENT) {
      await postgres.run(FILL, [daysAgo, first, Math.min(EACH_STATEMENT, share - first), share]);
    }
  }
  await postgres.forgetRollUps();
  await postgres.run('vacuum analyze sydx.deliveries');
}

/** As upkeep would have made it on that day. */
async function makePartition(postgres: Postgres, daysAgo: number): Promise<void> {
  for (const parent of ['events', 'deliveries', 'attempts']) {
    await postgres.run(
      `do $$
       declare day timestamp := date_trunc('day', clock_timestamp() at time zone 'UTC') - interval '${daysAgo} days';
       begin
         execute format('create table sydx.%I partition of sydx.${parent} for values from (%s) to (%s)',
           '${parent}_' || to_char(day, 'YYYYMMDD'), sydx.id_at(day at time zone 'UTC'),
           sydx.id_at((day + interval '1 day') at time zone 'UTC'));
       end $$`,
    );
  }
}

const FILL = `
with day as (
  select (date_trunc('day', clock_timestamp() at time zone 'UTC') - make_interval(days => $1)) at time zone 'UTC' as start
), webhook as (
  select id, tenant_no from sydx.webhooks where deleted_at is null order by id limit 1
), row as (
  select n, sydx.id_at(day.start + n * (interval '1 day' / $4::int)) | (n & 4194303) as id,
    day.start + n * (interval '1 day' / $4::int) as moment
  from day, generate_series($2::bigint, $2::bigint + $3::bigint - 1) as n
)
insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at,
  started_at, duration_ms, status_code, error, signatures, response_headers)
select row.id, webhook.tenant_no, row.id, webhook.id,
  case when n % 10000 = 0 then 'campaign.completed' else 'message.received' end,
  case when n % 50 = 0 then 2 else 1 end, case when n % 50 = 0 then 4 else 1 end,
  moment + interval '20 ms', moment + interval '5 ms', 5 + n % 300,
  case when n % 50 = 0 then 500 else 200 end, case when n % 50 = 0 then 'status_5xx' end,
  'a1b2c3d4e5f6a7b8', '[["connection","keep-alive"],["date","Tue, 24 Nov 2026 05:00:00 GMT"]]'
from row, webhook`;
