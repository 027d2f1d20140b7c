import type { Pool } from 'pg';
import type { IdRange } from './id-range.ts';
import { FARTHEST, type Found, search } from './search-bound.ts';

export interface EventRow {
  id: string;
  type: string;
  /** The exact delivered body. */
  body: string;
}

/**
 * A page of a tenant's events, newest first. By the primary key, backwards through the partitions and
 * only as far as the page needs; with a type through 50,000 at most, so that it may find fewer than asked
 * for and say where to go on. Tests are left out: nobody accepted them.
 *
 * @param range ids of the page and of the time filter
 * @param farthest events to look at
 */
export async function listEvents(
  pool: Pool,
  filter: { tenantNo: number; type?: string | undefined; range: IdRange; limit: number },
  farthest: number = FARTHEST.events,
): Promise<Found<EventRow>> {
  const { tenantNo, type, range, limit } = filter;
  const read = async ({ low, high }: IdRange): Promise<EventRow[]> => {
    const { rows } = await pool.query<EventRow>(
      `select id, type, body from sydx.events
       where tenant_no = $1 and id >= $2 and id < $3
         and ${type === undefined ? "type <> 'test.ping'" : 'type = $5'}
       order by id desc limit $4`,
      [tenantNo, low, high, limit, ...(type === undefined ? [] : [type])],
    );
    return rows;
  };
  if (type === undefined) return { rows: await read(range), searchedTo: null };
  return await search(pool, { table: 'events', tenantNo, range }, { limit, farthest }, read);
}

/** @returns the event, or null when it is another tenant's, unknown or past retention */
export async function readEvent(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<EventRow | null> {
  const { rows } = await pool.query<EventRow>(
    'select id, type, body from sydx.events where tenant_no = $1 and id = $2',
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** How far back recent events are looked for. */
const RECENT = 10_000;

/**
 * The newest events of some types, among a tenant's newest 10,000: by the primary key, backwards, and
 * only as far as it needs.
 */
export async function recentEvents(
  pool: Pool,
  tenantNo: number,
  types: readonly string[],
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>(
    `select id, type, body from (
       select id, type, body from sydx.events where tenant_no = $1 order by id desc limit ${RECENT}
     ) newest where type = any($2::text[]) order by id desc limit $3`,
    [tenantNo, types, limit],
  );
  return rows;
}
