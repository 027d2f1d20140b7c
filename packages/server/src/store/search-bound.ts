import type { Pool } from 'pg';
import type { IdRange } from './id-range.ts';

/** Rows that one page of a search looks at: no index knows types, so a rare one is looked for row by row. */
export const FARTHEST = Object.freeze({
  /** 30 to 60 ms. */
  deliveries: 200_000,
  /** Fewer, since each of these lies on a page of the table that nothing else of the search is on. */
  ofWebhook: 50_000,
  notSuccessful: 5_000,
  /** Fewer, since each has its body beside it. */
  events: 50_000,
});

/** What is common fills a page out of so many: finding the end of 200,000 first would cost 100 times more. */
export const NEAR = 2_000;

/** What of the log a search reads, by an index that has nothing else. */
export interface Searched {
  table: 'deliveries' | 'events';
  /** Owner of what is searched. */
  tenantNo: number;
  /** A webhook of that tenant: its deliveries alone. */
  webhookId?: string | undefined;
  /** Only what failed or was cancelled. */
  isNotSuccessful?: boolean;
  range: IdRange;
}

/** A page of a search that may have stopped before it was full. */
export interface Found<Row> {
  rows: Row[];
  /** The smallest id that was looked at, when there is more below; null: at the end. */
  searchedTo: string | null;
}

/**
 * Reads a page out of the newest rows of a range, first a few, then as many as it may look at. The end of the
 * stretch is read before the page is: what arrives in between is newer, and belongs to it.
 *
 * @param limit how many rows make a page
 * @param farthest rows to look at
 * @param read reads a page of a range
 */
export async function search<Row>(
  pool: Pool,
  searched: Searched,
  { limit, farthest }: { limit: number; farthest: number },
  read: (range: IdRange) => Promise<Row[]>,
): Promise<Found<Row>> {
  const { high } = searched.range;
  const within = async (count: number): Promise<Found<Row>> => {
    const searchedTo = await searchBound(pool, searched, count);
    return { rows: await read({ low: searchedTo ?? searched.range.low, high }), searchedTo };
  };
  if (farthest > NEAR) {
    const near = await within(NEAR);
    if (near.rows.length >= limit || near.searchedTo === null) return near;
  }
  return await within(farthest);
}

/**
 * Where a page that looks at so many rows has to stop: the smallest id that it may look at. Read in the
 * index that the page is read by, and in nothing else where PostgreSQL has vacuumed.
 *
 * @returns null when there are fewer
 */
async function searchBound(
  pool: Pool,
  { table, tenantNo, webhookId, isNotSuccessful = false, range }: Searched,
  farthest: number,
): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from sydx.${table}
     where ${webhookId === undefined ? 'tenant_no' : 'webhook_id'} = $1 and id >= $2 and id < $3
       ${isNotSuccessful ? 'and status <> 1' : ''}
     order by id desc offset $4 limit 1`,
    [webhookId ?? tenantNo, range.low, range.high, farthest - 1],
  );
  return rows[0]?.id ?? null;
}
