import type { Pool } from 'pg';
import type { EventRow } from './events.ts';
import type { IdRange } from './id-range.ts';
import type { Found } from './search-bound.ts';

/**
 * Which events led to deliveries, wherever those are by now. Deliveries share their milliseconds with
 * their event: one probe of the log and one of the queue for each distinct millisecond, by their keys.
 */
const MATCHED = `
with moment as materialized (
  select distinct (id >> 22) << 22 as low from unnest($2::bigint[]) as id
)
select l.event_id from moment m cross join lateral (
  select event_id from sydx.deliveries
  where tenant_no = $1 and id >= m.low and id < m.low + 4194304 offset 0
) l
union
select q.event_id from moment m cross join lateral (
  select event_id from sydx.queue
  where tenant_no = $1 and id >= m.low and id < m.low + 4194304 offset 0
) q
union
select event_id from sydx.pending_deliveries where tenant_no = $1 and node_id is not null`;

/** Events looked at in one statement, and at most in one search: about 100 ms. */
const STRETCH = 2_000;
const FARTHEST = 10_000;

/**
 * Events of a tenant that led to no delivery, newest first. It looks at so many at most, so where
 * nearly all were matched it may find fewer than asked for and say where to go on.
 */
export async function listUnmatchedEvents(
  pool: Pool,
  filter: { tenantNo: number; type?: string | undefined; range: IdRange; limit: number },
): Promise<Found<EventRow>> {
  const { tenantNo, type, range, limit } = filter;
  const ids: string[] = [];
  let { high } = range;
  let isEnd = false;
  for (let seen = 0; seen < FARTHEST && ids.length < limit && !isEnd; seen += STRETCH) {
    const { rows: stretch } = await pool.query<{ id: string }>(
      `select id from sydx.events
       where tenant_no = $1 and id >= $2 and id < $3
         and ${type === undefined ? "type <> 'test.ping'" : 'type = $5'}
       order by id desc limit $4`,
      [tenantNo, range.low, high, STRETCH, ...(type === undefined ? [] : [type])],
    );
    const seenIds = stretch.map(({ id }) => id);
    const { rows: matched } = await pool.query<{ event_id: string }>(MATCHED, [tenantNo, seenIds]);
    const isMatched = new Set(matched.map((row) => row.event_id));
    ids.push(...seenIds.filter((id) => !isMatched.has(id)));
    high = seenIds.at(-1) ?? high;
    isEnd = seenIds.length < STRETCH;
  }
  const { rows } = await pool.query<EventRow>(
    `select id, type, body from sydx.events where tenant_no = $1 and id = any($2::bigint[])
     order by id desc`,
    [tenantNo, ids.slice(0, limit)],
  );
  return { rows, searchedTo: isEnd ? null : high };
}
