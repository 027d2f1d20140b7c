import type { Pool } from 'pg';
import { int8Array } from './arrays.ts';
import type { Transaction } from './transaction.ts';

/** What a producer published, as it waits in an outbox. */
export interface OutboxRow {
  /** Decimal. Grows with each call of sydx.publish, whatever became of its transaction. */
  readonly id: string;
  /** Of the call, microseconds since 1970, decimal: with the number it is no other row's. */
  readonly moment: string;
  readonly tenant: string;
  readonly type: string;
  /** JSON as the producer wrote it. */
  readonly data: string;
  readonly key: string | null;
  readonly happened_at: Date | null;
  readonly published_at: Date;
  /** Of data, as it was written. */
  readonly bytes: number;
  readonly age_seconds: number;
}

/** What a row is known by: numbers may come again after a failover that lost commits. */
export type RowKey = Pick<OutboxRow, 'id' | 'moment'>;

export interface ReadOptions {
  /** Below it nothing waits and nothing can come any more: spares a look at what was deleted. */
  readonly floor: string;
  /** Rows at most, and about how many bytes of data; one row always fits. */
  readonly limit: number;
  readonly limitBytes: number;
  /** Relayed and not deleted yet: deleted by the same statement. */
  readonly relayed: readonly RowKey[];
  /** In turns: the tenant that had the last one, so that it is the next one's. */
  readonly after?: string;
}

const MOMENT = '(extract(epoch from o.published_at) * 1000000)::bigint';

const COLUMNS = 'o.id, o.tenant, o.type, o.data, o.key, o.happened_at, o.published_at, o.bytes';

const GONE = `gone as (
  delete from sydx.outbox o using unnest($1::bigint[], $2::bigint[]) as g(id, moment)
  where o.id = g.id and ${MOMENT} = g.moment
)`;

/** @param order in which rows are taken until there are enough bytes */
const cut = (
  order: string,
): string => `select id, ${MOMENT} as moment, tenant, type, data::text as data, key,
  happened_at, published_at, bytes,
  extract(epoch from clock_timestamp() - published_at)::float8 as age_seconds
from (select o.*, sum(bytes) over (order by ${order}) - bytes as before from chosen o) as o
where before < $5 order by ${order}`;

/**
 * What is visible now, in the order of the calls; what was relayed is deleted by the same commit. Rows
 * of transactions that commit late have low numbers and are simply seen later: there is no cursor.
 * By the primary key, from the floor up.
 */
const READ = `
with ${GONE}, chosen as (
  select ${COLUMNS} from sydx.outbox o
  where o.id > $3 and o.id <> all($1::bigint[]) order by o.id limit $4
) ${cut('o.id')}`;

/** Of a fair read. */
const TURNS = 'o.turn, o.tenant <= $6, o.tenant';

/**
 * The same when more waits than one read takes: the first few of every tenant that waits, so that a
 * hundred thousand of one delay nobody else: the first of each, then the second of each. Within a
 * tenant it is the order of the calls. It may give fewer than there are room for. outbox_by_tenant is
 * entered once for each tenant that waits.
 */
const READ_IN_TURNS = `
with recursive ${GONE}, waiting as (
  (select o.tenant from sydx.outbox o order by o.tenant limit 1)
  union all
  select (select o.tenant from sydx.outbox o where o.tenant > w.tenant order by o.tenant limit 1)
  from waiting w where w.tenant is not null
), chosen as (
  select ${COLUMNS}, o.turn from waiting w
  cross join lateral (
    select i.*, row_number() over (order by i.id) as turn
    from (
      select * from sydx.outbox n
      where n.tenant = w.tenant and n.id > $3 and n.id <> all($1::bigint[]) order by n.id
      limit (select greatest($4::int / nullif(count(tenant), 0), 1) from waiting)
    ) i
  ) o
  order by ${TURNS} limit $4
) ${cut(TURNS)}`;

/**
 * Deletes what was relayed and reads what waits, in one commit.
 *
 * @param inTurns takes from each tenant in turn
 * @returns each tenant's in the order of the calls
 */
export async function readOutbox(
  pool: Pool,
  { relayed, floor, limit, limitBytes, after = '' }: ReadOptions,
  inTurns: boolean,
): Promise<OutboxRow[]> {
  const { rows } = await pool.query<OutboxRow>({
    name: inTurns ? 'read-outbox-in-turns' : 'read-outbox',
    text: inTurns ? READ_IN_TURNS : READ,
    values: [
      int8Array(relayed.map(({ id }) => id)),
      int8Array(relayed.map(({ moment }) => moment)),
      floor,
      limit,
      limitBytes,
      ...(inTurns ? [after] : []),
    ],
  });
  return rows;
}

/** Takes rows out of an outbox in our own database. @returns keys of those that were still there */
export async function takeFromOutbox(
  transaction: Transaction,
  rows: readonly OutboxRow[],
): Promise<Set<string>> {
  const taken = await transaction.query<RowKey>({
    name: 'take-from-outbox',
    text: `delete from sydx.outbox o using unnest($1::bigint[], $2::bigint[]) as t(id, moment)
      where o.id = t.id and ${MOMENT} = t.moment returning t.id, t.moment`,
    values: [int8Array(rows.map(({ id }) => id)), int8Array(rows.map(({ moment }) => moment))],
  });
  return new Set(taken.rows.map(keyOf));
}

/** The highest number that any call of sydx.publish was given so far. */
export async function lastOutboxNumber(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ last: string }>(
    "select coalesce(pg_sequence_last_value('sydx.outbox_id_seq'::regclass), 0) as last",
  );
  return rows[0]?.last ?? '0';
}

/** A transaction id above all that were given out before. */
export async function nextTransactionId(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  return rows[0]?.xid ?? '0';
}

/** Whether every transaction with an id below this one has ended. */
export async function haveEndedBelow(pool: Pool, xid: string): Promise<boolean> {
  const { rows } = await pool.query<{ ended: boolean }>(
    'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as ended',
    [xid],
  );
  return rows[0]?.ended === true;
}

export function keyOf({ id, moment }: RowKey): string {
  return `${id}@${moment}`;
}
