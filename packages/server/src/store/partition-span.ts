import type { Pool } from 'pg';

/** Which days have a partition, in days from today by PostgreSQL's clock. */
export interface PartitionSpan {
  /** How far ahead: 0 when today's is the last, negative when even that is missing. */
  aheadDays: number;
  /** How far back the oldest is. */
  oldestDays: number;
}

/** Reads names in the catalogue. @returns null when there is no partition at all */
export async function partitionSpan(pool: Pool): Promise<PartitionSpan | null> {
  const { rows } = await pool.query<{ [Key in keyof PartitionSpan]: number | null }>(
    `with day as (
       select to_date(right(relname, 8), 'YYYYMMDD') as day from pg_catalog.pg_class
       where relnamespace = 'sydx'::regnamespace and relkind = 'r' and relname ~ '^events_[0-9]{8}$'
     ), today as (
       select (clock_timestamp() at time zone 'UTC')::date as today
     )
     select max(day) - min(today) as "aheadDays", min(today) - min(day) as "oldestDays"
     from day cross join today`,
  );
  const { aheadDays = null, oldestDays = null } = rows[0] ?? {};
  return aheadDays === null || oldestDays === null ? null : { aheadDays, oldestDays };
}
