import type { Pool } from 'pg';

export interface RateLimit {
  /** How many may come at once. */
  readonly burst: number;
  /** After how many seconds there is room for one more. */
  readonly everySeconds: number;
}

/**
 * Takes one place of a bucket, on all nodes together: the generic cell rate algorithm in one
 * statement, by the primary key. A refusal writes nothing.
 *
 * @param bucket a hash of what is limited
 * @returns 0 when there was room, else the seconds to wait
 */
export async function takePlace(
  pool: Pool,
  bucket: Buffer,
  { burst, everySeconds }: RateLimit,
): Promise<number> {
  const { rowCount } = await pool.query(
    `insert into sydx.rate_limits as r (bucket, full_at)
     values ($1, clock_timestamp() + $2 * interval '1 second')
     on conflict (bucket) do update
       set full_at = greatest(r.full_at, clock_timestamp()) + $2 * interval '1 second'
       where r.full_at <= clock_timestamp() + $2 * ($3 - 1) * interval '1 second'`,
    [bucket, everySeconds, burst],
  );
  if (rowCount === 1) return 0;
  const { rows } = await pool.query<{ seconds: number }>(
    `select ceil(extract(epoch from full_at - clock_timestamp()) - $2::float8 * ($3 - 1))::int as seconds
     from sydx.rate_limits where bucket = $1`,
    [bucket, everySeconds, burst],
  );
  return Math.max(1, rows[0]?.seconds ?? 1);
}

/** Gives a bucket all its room back. */
export async function emptyBucket(pool: Pool, bucket: Buffer): Promise<void> {
  await pool.query('delete from sydx.rate_limits where bucket = $1', [bucket]);
}

/**
 * Clears away buckets that have all their room anyway, by rate_limits_by_time.
 *
 * @returns how many went: call again while it is `limit`
 */
export async function forgetEmptyBuckets(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from sydx.rate_limits where bucket in (
       select bucket from sydx.rate_limits where full_at < clock_timestamp()
       order by full_at limit $1 for update skip locked
     )`,
    [limit],
  );
  return rowCount ?? 0;
}
