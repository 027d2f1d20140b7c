import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase, Pool } from 'pg';
import { sqlState } from './database.ts';

const FOLDER = fileURLToPath(new URL('../../outbox/', import.meta.url));
/** Any number: two installs at once wait for each other. */
const INSTALL_LOCK = 7_309_441_527;
const FUNCTION = 'sydx.publish(text, text, json, text, timestamptz)';
const CHECK = 'sydx.outbox_check(text, text, json, text, timestamptz)';

export interface OutboxInstallation {
  /** UUID, made when it was installed. */
  readonly id: string;
  readonly version: number;
}

interface OutboxFile {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The files that make an outbox, oldest first; the number that a name begins with is its version. */
export async function outboxFiles(): Promise<OutboxFile[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: await readFile(`${FOLDER}${name}`, 'utf8'),
    })),
  );
}

/** @returns null when there is none in this database, or none that this role may see */
export async function findOutbox(database: Pool | ClientBase): Promise<OutboxInstallation | null> {
  try {
    const { rows } = await database.query<OutboxInstallation>(
      'select id, version from sydx.outbox_installation',
    );
    return rows[0] ?? null;
  } catch (error) {
    // No such table; no such schema.
    if (['42P01', '3F000'].includes(sqlState(error) ?? '')) return null;
    throw error;
  }
}

/**
 * Puts the outbox into a database, or brings it up to this version. What the CRM's own migrations did
 * with the same files counts.
 *
 * @returns names of the files that this call carried out
 */
export async function installOutbox(client: ClientBase): Promise<string[]> {
  return inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    const { rows } = await client.query<{ there: boolean }>(
      "select to_regclass('sydx.outbox_installation') is not null as there",
    );
    const version = rows[0]?.there === true ? ((await findOutbox(client))?.version ?? 0) : 0;
    const due = (await outboxFiles()).filter((file) => file.version > version);
    for (const { sql } of due) await client.query(sql);
    return due.map(({ name }) => name);
  });
}

/**
 * Lets a role of the CRM publish: nothing else in the schema opens to it.
 *
 * @throws the driver's error: 42704 when there is no such role
 */
export async function grantPublish(client: ClientBase, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  await client.query(`grant usage on schema sydx to ${name}`);
  await client.query(`grant execute on function ${FUNCTION} to ${name}`);
}

export interface OutboxState extends OutboxInstallation {
  /** What was published and not relayed yet, as far as transactions have committed. */
  readonly waiting: string;
  /** Age of the oldest of it in seconds; null when nothing waits. */
  readonly oldestSeconds: number | null;
}

/** Reads all that waits. @returns null when there is no outbox */
export async function outboxState(client: ClientBase): Promise<OutboxState | null> {
  const installation = await findOutbox(client);
  if (installation === null) return null;
  const { rows } = await client.query<Pick<OutboxState, 'waiting' | 'oldestSeconds'>>(
    `select count(*) as waiting,
      extract(epoch from clock_timestamp() - min(published_at))::float8 as "oldestSeconds"
    from sydx.outbox`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('Counting an outbox answered no row.');
  return { ...installation, ...row };
}

/**
 * Removes the outbox, and the schema if nothing else is in it. Producers that are publishing are
 * waited for; whoever comes later gets PostgreSQL's error for a function that does not exist.
 *
 * @param force removes what waits as well
 * @returns how many rows wait: unless 0 or forced, nothing was removed. Null: there is no outbox
 */
export async function uninstallOutbox(client: ClientBase, force: boolean): Promise<number | null> {
  if ((await findOutbox(client)) === null) return null;
  return inTransaction(client, async () => {
    await client.query('lock table sydx.outbox in access exclusive mode');
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from sydx.outbox',
    );
    const waiting = rows[0]?.count ?? 0;
    if (waiting > 0 && !force) return waiting;
    await client.query(`drop function ${FUNCTION}, ${CHECK}`);
    await client.query('drop table sydx.outbox, sydx.outbox_installation');
    // Where the product lives in the same database, the schema is full of its tables.
    await client.query(
      `do $$ begin drop schema sydx; exception when dependent_objects_still_exist then null; end $$`,
    );
    return waiting;
  });
}

async function inTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
