import { uuidArray } from './arrays.ts';
import type { Transaction } from './transaction.ts';

/** Meta repeats what was not answered 200 for up to 7 days. */
const REPEATED_DAYS = 8;

/**
 * By the primary key; rows are taken in the order of keys, so that two transactions with the same
 * keys wait for each other and never lock up.
 * A key that expired and was not removed yet is as good as none.
 */
const TAKE = `
insert into sydx.idempotency_keys as known (key, expires_at)
select key, clock_timestamp() + $2::float8 * interval '1 day' from unnest($1::uuid[]) as given(key) order by key
on conflict (key) do update set event_id = null, content = null, expires_at = excluded.expires_at
  where known.expires_at <= statement_timestamp()
returning replace(key::text, '-', '') as key`;

/**
 * Notes what a source has seen. Waits while another transaction is at one of the keys: they become
 * this one's only when the other rolls back.
 *
 * @param keys 32 hex digits each (base/fingerprint.ts)
 * @param keptDays for how long they are repeats from now on; a part of a day where that is less
 * @returns those that nobody had seen
 */
export async function takeFirstSeen(
  transaction: Transaction,
  keys: Iterable<string>,
  keptDays: number = REPEATED_DAYS,
): Promise<Set<string>> {
  const { rows } = await transaction.query<{ key: string }>({
    name: 'take-first-seen',
    text: TAKE,
    // One statement cannot meet the same row twice.
    values: [uuidArray([...new Set(keys)]), keptDays],
  });
  return new Set(rows.map(({ key }) => key));
}
