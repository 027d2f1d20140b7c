import type { Pool } from 'pg';
import type { ClaimedLead, LeadTrouble } from './meta-leads.ts';

type Source = ClaimedLead['source'];

/**
 * Stops the fetching of a source until it is changed: the pause is of the settings that were refused, so
 * one that comes late, after somebody mended them, holds nothing up.
 *
 * @returns whether it was not paused before
 */
export async function pauseFetching(
  pool: Pool,
  { id, version }: Source,
  { code, detail }: LeadTrouble,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into sydx.meta_lead_fetching as f (source_id, paused_for, code, detail)
    select id, $2::timestamptz, $3, $4 from sydx.sources where id = $1
    on conflict (source_id) do update set paused_for = excluded.paused_for, code = excluded.code,
      detail = excluded.detail, resume_at = null, since = clock_timestamp()
    where f.paused_for is distinct from excluded.paused_for`,
    [id, version, code, detail],
  );
  return rowCount === 1;
}

/** How long a source rests, by how often in a row it failed. */
export interface BackOff {
  /** Failures that are let pass first. */
  readonly freeFailures: number;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** What the other side asked for. */
  readonly atLeastSeconds: number;
}

/** Lets a source rest: twice as long with each failure in a row. */
export async function backOffFetching(
  pool: Pool,
  { id }: Source,
  { code, detail }: LeadTrouble,
  { freeFailures, firstSeconds, lastSeconds, atLeastSeconds }: BackOff,
): Promise<void> {
  await pool.query(
    `insert into sydx.meta_lead_fetching as f (source_id, failure_count, resume_at, code, detail)
    select id, 1, clock_timestamp() + interval '1 second' *
      greatest($7, case when $4 > 0 then 0 else $5 end), $2, $3 from sydx.sources where id = $1
    on conflict (source_id) do update set failure_count = f.failure_count + 1, code = excluded.code,
      detail = excluded.detail,
      since = case when f.failure_count = 0 then clock_timestamp() else f.since end,
      resume_at = greatest(f.resume_at, clock_timestamp() + interval '1 second' * greatest($7,
        case when f.failure_count < $4 then 0
          else least($6::float8, $5 * power(2, least(f.failure_count - $4, 30))) end))`,
    [id, code, detail, freeFailures, firstSeconds, lastSeconds, atLeastSeconds],
  );
}

/**
 * Notes that Meta answered for this source; writes nothing when that is no news. A pause of these very
 * settings stays: an answer that was under way when the token was refused is older than the refusal.
 */
export async function fetchingRecovered(pool: Pool, { id, version }: Source): Promise<void> {
  await pool.query({
    name: 'fetching-recovered',
    text: `delete from sydx.meta_lead_fetching
      where source_id = $1 and paused_for is distinct from $2::timestamptz`,
    values: [id, version],
  });
}

/** Of all sources: how many leads wait, for how long the oldest has, how many sources are paused. */
export async function countFetching(
  pool: Pool,
): Promise<{ waiting: number; ageSeconds: number; paused: number }> {
  const { rows } = await pool.query<{ waiting: number; age: number; paused: number }>(
    `select count(*)::int as waiting,
      coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0)::float8 as age,
      (select count(*)::int from sydx.meta_lead_fetching f join sydx.sources s on s.id = f.source_id
        where f.paused_for = s.updated_at) as paused
    from sydx.meta_leads where state = 'waiting'`,
  );
  const { waiting = 0, age = 0, paused = 0 } = rows[0] ?? {};
  return { waiting, ageSeconds: age, paused };
}
