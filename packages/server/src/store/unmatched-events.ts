import type { Pool } from 'pg';
import type { EventRow } from './events.ts';
import type { IdRange } from './id-range.ts';

/**
 * A stretch of a tenant's events by the primary key, backwards, and which of them led to no delivery.
 * Deliveries share their milliseconds with their event: one probe of the log and one of the queue for
 * each distinct millisecond. Publishing pays nothing for it.
 */
function stretchOf(type: string | undefined): string {
  return `
with stretch as materialized (
  select id from sydx.events
  where tenant_no = $1 and id >= $2 and id < $3
    and ${type === undefined ? "type <> 'test.ping'" : 'type = $5'}
  order by id desc limit $4
), moment as materialized (
  select distinct (id >> 22) << 22 as low from stretch
), matched as (
  select l.event_id from moment m cross join lateral (
    select event_id from sydx.deliveries
    where tenant_no = $1 and id >= m.low and id < m.low + 4194304 offset 0
  ) l
  union all
  select q.event_id from moment m cross join lateral (
    select event_id from sydx.queue
    where tenant_no = $1 and id >= m.low and id < m.low + 4194304 offset 0
  ) q
  union all
  select event_id from sydx.pending_deliveries where tenant_no = $1 and node_id is not null
), lonely as (
  select s.id from stretch s where not exists (select from matched x where x.event_id = s.id)
)
select (select count(*)::int from stretch) as length, (select min(id) from stretch) as lowest,
  array(select id::text from lonely order by id desc) as ids`;
}

/** Events looked at in one statement, and at most in one search: about 100 ms. */
const STRETCH = 2_000;
const FARTHEST = 10_000;

export interface UnmatchedEvents {
  /** Newest first. */
  events: EventRow[];
  /** Where the search stopped before it had enough: the smallest id it looked at; null: at the end. */
  searchedTo: string | null;
}

/**
 * Events of a tenant that led to no delivery, newest first. It looks at so many at most, so where
 * nearly all were matched it may find fewer than asked for and say where to go on.
 */
export async function listUnmatchedEvents(
  pool: Pool,
  filter: { tenantNo: number; type?: string | undefined; range: IdRange; limit: number },
): Promise<UnmatchedEvents> {
  const { tenantNo, type, range, limit } = filter;
  const ids: string[] = [];
  let { high } = range;
  let isEnd = false;
  for (let seen = 0; seen < FARTHEST && ids.length < limit && !isEnd; seen += STRETCH) {
    const { rows } = await pool.query<{ length: number; lowest: string | null; ids: string[] }>(
      stretchOf(type),
      [tenantNo, range.low, high, STRETCH, ...(type === undefined ? [] : [type])],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('A search for events answered no row.');
    ids.push(...row.ids);
    high = row.lowest ?? high;
    isEnd = row.length < STRETCH;
  }
  const { rows } = await pool.query<EventRow>(
    `select id, type, body from sydx.events where tenant_no = $1 and id = any($2::bigint[])
     order by id desc`,
    [tenantNo, ids.slice(0, limit)],
  );
  return { events: rows, searchedTo: isEnd ? null : high };
}
