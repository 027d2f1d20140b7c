import type { Pool } from 'pg';
import { int8Array } from './arrays.ts';
import { keyOf, type RowKey } from './outbox-rows.ts';
import type { Transaction } from './transaction.ts';

/** By the primary key: the few buckets that the numbers fall into. */
const KNOWN = `
select distinct m.id, m.moment
from sydx.outbox_marks b
cross join unnest(b.numbers, b.moments) as m(id, moment)
join unnest($2::bigint[], $3::bigint[]) as r(id, moment) on r.id = m.id and r.moment = m.moment
where b.installation = $1
  and b.bucket = any(array(select distinct n >> 8 from unnest($2::bigint[]) as n))`;

/** One row for each bucket: 16 bytes an event, and no index entry of its own. */
const MARK = `
insert into sydx.outbox_marks (installation, bucket, numbers, moments)
select $1, m.id >> 8, array_agg(m.id), array_agg(m.moment)
from unnest($2::bigint[], $3::bigint[]) as m(id, moment)
group by m.id >> 8`;

/**
 * Notes what is being relayed from an outbox in another database. The caller holds the lock of the
 * relay (lockRelay), taken by a statement before, so two transactions never look at once.
 *
 * @returns the keys of those that nobody noted before
 */
export async function takeUnmarked(
  transaction: Transaction,
  installation: string,
  rows: readonly RowKey[],
): Promise<Set<string>> {
  const known = await transaction.query<RowKey>({
    name: 'known-outbox-marks',
    text: KNOWN,
    values: valuesOf(installation, rows),
  });
  const before = new Set(known.rows.map(keyOf));
  const fresh = rows.filter((row) => !before.has(keyOf(row)));
  if (fresh.length > 0) {
    const values = valuesOf(installation, fresh);
    await transaction.query({ name: 'mark-outbox', text: MARK, values });
  }
  return new Set(fresh.map(keyOf));
}

function valuesOf(installation: string, rows: readonly RowKey[]): unknown[] {
  return [
    installation,
    int8Array(rows.map(({ id }) => id)),
    int8Array(rows.map(({ moment }) => moment)),
  ];
}

/**
 * Forgets marks of more than 8 days. Only to be called when every row that they stand for was deleted:
 * what they are still good for then is a database that was set back.
 *
 * @returns how many went; fewer than `limit` when none is left
 */
export async function forgetMarks(
  pool: Pool,
  installation: string,
  limit: number,
): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from sydx.outbox_marks where installation = $1 and (bucket, id) in (
       select bucket, id from sydx.outbox_marks
       where id < sydx.id_at(clock_timestamp() - interval '8 days') and installation = $1
       order by id limit $2)`,
    [installation, limit],
  );
  return rowCount ?? 0;
}
