import type { Pool, QueryConfig } from 'pg';
import { sqlState } from './database.ts';
import { keepsSession } from './pooler.ts';
import { forgetRollUps } from './roll-ups.ts';
import { type Transaction, transaction } from './transaction.ts';

const DAY_MS = 86_400_000;
const DETACH_MS = 600_000;
const PARENTS = ['events', 'deliveries', 'attempts'] as const;

/** The partition of a day, e.g. `events_20261123`. Ranges are of ids, which carry their time. */
function nameOf(parent: string, dayMs: number): string {
  return `${parent}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * Makes the partitions of today (by PostgreSQL's clock), of the days ahead, and of days whose deliveries are
 * pending: a redelivery is of its own day, on which nothing else may have been written. CREATE LIKE + CHECK +
 * ATTACH, because CREATE … PARTITION OF locks the parent against every publish; this way it waits 4 ms.
 *
 * @returns names of those that were missing
 * @throws the driver's error: 55P03 when somebody holds a lock for more than 2 s
 */
export async function createPartitions(pool: Pool, daysAhead: number): Promise<string[]> {
  const today = await todayMs(pool);
  const ahead = Array.from({ length: daysAhead + 1 }, (_, day) => today + day * DAY_MS);
  const made: string[] = [];
  for (const dayMs of new Set([...ahead, ...(await pendingDays(pool))])) {
    for (const parent of PARENTS) {
      if (await createPartition(pool, parent, dayMs)) made.push(nameOf(parent, dayMs));
    }
  }
  return made;
}

/** Reads all that is pending. */
async function pendingDays(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ ms: number }>(
    `select distinct
       extract(epoch from date_trunc('day', sydx.id_time(id) at time zone 'UTC'))::float8 * 1000 as ms
     from sydx.pending_deliveries`,
  );
  return rows.map(({ ms }) => ms);
}

async function todayMs(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(
    `select extract(epoch from date_trunc('day', clock_timestamp() at time zone 'UTC'))::float8 * 1000 as ms`,
  );
  return rows[0]?.ms ?? 0;
}

/**
 * Reads the catalogue as a table: to_regclass asks a cache that remembers what was missing, and waiting
 * for an advisory lock does not refresh it.
 */
async function isMade(client: Pool | Transaction, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_catalog.pg_class where relname = $1 and relnamespace = 'sydx'::regnamespace`,
    [name],
  );
  return rowCount !== 0;
}

async function createPartition(
  pool: Pool,
  parent: (typeof PARENTS)[number],
  dayMs: number,
): Promise<boolean> {
  const name = nameOf(parent, dayMs);
  const key = parent === 'attempts' ? 'delivery_id' : 'id';
  const from = `sydx.id_at('${new Date(dayMs).toISOString()}')`;
  const to = `sydx.id_at('${new Date(dayMs + DAY_MS).toISOString()}')`;
  if (await isMade(pool, name)) return false;
  return await transaction(pool, async (client) => {
    await client.query(`set local lock_timeout = '2s'`);
    // One node at a time; the others find the table made.
    await client.query(`select pg_advisory_xact_lock(hashtext('sydx.partitions'))`);
    if (await isMade(client, name)) return false;
    const { rows } = await client.query<{ low: string; high: string }>(
      `select ${from} as low, ${to} as high`,
    );
    const bounds = rows[0];
    if (bounds === undefined) throw new Error('PostgreSQL answered no bounds.');
    await client.query(
      `create table sydx.${name} (like sydx.${parent} including defaults including constraints)`,
    );
    await client.query(
      `alter table sydx.${name} add constraint ${name}_range
       check (${key} is not null and ${key} >= ${bounds.low} and ${key} < ${bounds.high})`,
    );
    await client.query(
      `alter table sydx.${parent} attach partition sydx.${name}
       for values from (${bounds.low}) to (${bounds.high})`,
    );
    await client.query(`alter table sydx.${name} drop constraint ${name}_range`);
    return true;
  });
}

/**
 * Drops whole days past retention. A day stays while a delivery that is not final needs one of its events.
 * DETACH CONCURRENTLY first: publishes wait 4 ms, where DROP alone would wait for every open reader. Before
 * that its roll-ups go, so that statistics agree with the log; and after it what a node rolled up meanwhile.
 *
 * @returns names of dropped partitions
 */
export async function dropPartitions(pool: Pool, retentionDays: number): Promise<string[]> {
  const oldest = (await todayMs(pool)) - retentionDays * DAY_MS;
  const { rows: needed } = await pool.query<{ ms: number | null }>(
    `select extract(epoch from sydx.id_time(min(least(id, event_id))))::float8 * 1000 as ms
     from sydx.pending_deliveries`,
  );
  const boundMs = Math.min(oldest, needed[0]?.ms ?? oldest);
  const bound = nameOf('', boundMs);
  const firstKeptMs = boundMs - (boundMs % DAY_MS);
  await forgetRollUps(pool, firstKeptMs);
  const { rows } = await pool.query<Partition>(
    `select p.parent, c.relname as name, i.inhdetachpending as pending
     from unnest($1::text[]) as p(parent)
     join pg_namespace n on n.nspname = 'sydx'
     join pg_class c on c.relnamespace = n.oid and c.relkind = 'r'
       and c.relname ~ ('^' || p.parent || '_[0-9]{8}$')
     left join pg_inherits i on i.inhrelid = c.oid
     order by c.relname`,
    [PARENTS],
  );
  const dropped: string[] = [];
  for (const partition of rows) {
    if (partition.name.slice(partition.parent.length) >= bound) continue;
    if (await detachAndDrop(pool, partition)) dropped.push(partition.name);
  }
  if (dropped.length > 0) {
    await forgetRollUps(pool, firstKeptMs);
    await pool.query(
      'delete from sydx.redeliveries where event_id < sydx.id_at(to_timestamp($1 / 1000.0))',
      [firstKeptMs],
    );
  }
  return dropped;
}

interface Partition {
  parent: string;
  name: string;
  /** Null: detached already, by somebody who did not come to drop it. */
  pending: boolean | null;
}

// Gone, detached meanwhile, or being detached: another node is at it.
const TAKEN = new Set(['42P01', '55000', '42809']);

/** @returns false when another node did it or is at it */
async function detachAndDrop(pool: Pool, { parent, name, pending }: Partition): Promise<boolean> {
  const client = await pool.connect();
  // Heard so that a connection that breaks here does not end the process; the query rejects as well.
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    // DETACH CONCURRENTLY may not run in a transaction, so the timeout is the session's for a moment. Behind a
    // pooler the session is anybody's, and upkeep waits longer: nothing else waits for it.
    if (keepsSession(client)) await client.query(`set lock_timeout = '5s'`);
    if (pending !== null) {
      const how = pending ? 'finalize' : 'concurrently';
      const text = `alter table sydx.${parent} detach partition sydx.${name} ${how}`;
      // It waits for everyone who reads the log now, and that may take longer than a page may.
      const patient: QueryConfig & { query_timeout: number } = { text, query_timeout: DETACH_MS };
      await client.query(patient);
    }
    await client.query(`drop table sydx.${name}`);
    return true;
  } catch (error) {
    if (!TAKEN.has(sqlState(error) ?? '')) throw error;
    return false;
  } finally {
    if (keepsSession(client)) {
      await client.query('reset lock_timeout').catch((error: unknown) => {
        broken = error instanceof Error ? error : new Error(String(error));
      });
    }
    client.off('error', onError);
    client.release(broken ?? false);
  }
}
