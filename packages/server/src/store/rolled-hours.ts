import type { IdRange } from './id-range.ts';

export const HOUR_MS = 3_600_000;

/** Ids of one hour. Those of hour h, counted from where ids begin, are h × this and on. */
export const IDS_AN_HOUR = BigInt(HOUR_MS) << 22n;

/** `webhook_id` of the roll-up of all webhooks of a tenant together. */
export const ALL_WEBHOOKS = '0';

/** Hours since ids began: `first` ≤ hour < `end`. */
export interface HourRange {
  first: number;
  end: number;
}

/** The whole hours within a range of ids; none where it holds no whole one. */
export function wholeHours({ low, high }: IdRange): HourRange {
  const first = Number((BigInt(low) + IDS_AN_HOUR - 1n) / IDS_AN_HOUR);
  return { first, end: Math.max(first, Number(BigInt(high) / IDS_AN_HOUR)) };
}

/**
 * Divides the ids $2 ≤ id < $3 of tenant $1 into the hours among $4 ≤ hour < $5 that are rolled up for it
 * (`rolled`), and the stretches between them (`rest`), which have to be read in the log. Used in the
 * statement that reads both, so that one snapshot decides: an hour that is being rolled up is in either.
 */
export const ROLLED_AND_REST = `
rolled as materialized (
  select hour, hour * ${IDS_AN_HOUR} as low from sydx.rolled_hours
  where hour >= $4 and hour < $5 and rolled_at is not null and not ($1::int = any(waiting))
), rest as materialized (
  select low, high from (
    select $2::bigint as low, coalesce((select min(low) from rolled), $3::bigint) as high
    union all
    select low + ${IDS_AN_HOUR}, lead(low, 1, $3::bigint) over (order by low) from rolled
  ) as gap
  where low < high
)`;
