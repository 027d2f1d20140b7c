import type { Pool } from 'pg';

/** Which days have partitions, in days from today by PostgreSQL's clock. */
export interface PartitionSpan {
  /** How many days after today can be written without a gap, in all three tables; -1 when today cannot. */
  aheadDays: number;
  /** How far back the oldest is. */
  oldestDays: number;
  /** How many there are of all three tables, ones that wait to be dropped included. */
  count: number;
}

/** Reads names in the catalogue. */
export async function partitionSpan(pool: Pool): Promise<PartitionSpan> {
  const { rows } = await pool.query<PartitionSpan>(
    `with today as materialized (
       select (clock_timestamp() at time zone 'UTC')::date as today
     ), made as materialized (
       select to_date(right(c.relname, 8), 'YYYYMMDD') as day, count(i.inhrelid) as attached, count(*) as made
       from pg_catalog.pg_class c
       left join pg_catalog.pg_inherits i on i.inhrelid = c.oid and not i.inhdetachpending
       where c.relnamespace = 'sydx'::regnamespace and c.relkind = 'r'
         and c.relname ~ '^(events|deliveries|attempts)_[0-9]{8}$'
       group by 1
     )
     select (
         select min(ahead) - 1 from generate_series(0, 366) as ahead
         where not exists (select from made where day = today + ahead and attached = 3)
       ) as "aheadDays",
       coalesce(greatest(today - (select min(day) from made), 0), 0) as "oldestDays",
       (select coalesce(sum(made), 0)::int from made) as count
     from today`,
  );
  const [span] = rows;
  if (span === undefined) throw new Error('Looking for partitions answered no row.');
  return span;
}
