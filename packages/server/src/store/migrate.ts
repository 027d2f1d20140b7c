import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  sql,
  type Transaction,
} from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Pool, QueryResult } from 'pg';
import { StartError } from '../base/start-error.ts';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Kysely's own number, so that builds which still left the lock to it wait for this one too. */
const MIGRATION_LOCK = '3853314791062309107';

/** A migration of a large table, and the wait for another node's, may take as long as they must. */
const STATEMENT_PATIENCE_MS = 24 * 60 * 60 * 1_000;

/**
 * Brings the database up to this version: plain SQL files in order, each once, all in one
 * transaction under an advisory lock, so several nodes may start at the same time.
 *
 * @param onWait hears that another node is at it, and that this one waits
 * @returns names of the migrations that this call carried out
 * @throws StartError when the server is older than PostgreSQL 15; Error when a migration fails, and
 *   nothing of the run is kept
 */
export async function migrate(pool: Pool, onWait?: () => void): Promise<string[]> {
  const { rows } = await pool.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version < 150_000) {
    throw new StartError(
      `DATABASE_URL points at PostgreSQL ${Math.floor(version / 10_000)}; this product needs 15 or newer.`,
    );
  }
  const database = new Kysely<unknown>({ dialect: new UnlockedDialect({ pool: patient(pool) }) });
  return await database.transaction().execute(async (all) => {
    const lock = sql.lit(MIGRATION_LOCK);
    const { rows: tried } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_xact_lock(${lock}::bigint) as "isOurs"`.execute(all);
    if (tried[0]?.isOurs !== true) {
      onWait?.();
      await sql`select pg_advisory_xact_lock(${lock}::bigint)`.execute(all);
    }
    return await migrateUnderLock(all);
  });
}

async function migrateUnderLock(db: Transaction<unknown>): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: readMigrations },
    migrationTableSchema: 'sydx',
    // A database of a build between two releases may lack one that others were added after.
    allowUnorderedMigrations: true,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`Migration ${failed ?? ''} failed; the database is unchanged.`, {
      cause: error,
    });
  }
  return (results ?? []).map((result) => result.migrationName);
}

/**
 * Leaves locking to us. Kysely's lock belongs to a session, and behind a transaction pooler the statement
 * that gives it back runs on another session: it stays taken for ever, and the next node never starts.
 */
class UnlockedDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }
}

class UnlockedAdapter extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).toSorted()) {
    const text = await readFile(`${FOLDER}${file}`, 'utf8');
    migrations[file.slice(0, -'.sql'.length)] = {
      up: async (db) => {
        await sql.raw(text).execute(db);
      },
    };
  }
  return migrations;
}

/**
 * The caller's pool, with statements that may take long whatever its own limit is. Kysely ends the pool it
 * is given when destroyed; this one belongs to the caller.
 */
function patient(pool: Pool): PostgresPool {
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect();
    const query = (text: string, values: readonly unknown[]): Promise<QueryResult> => {
      const config = { text, values: [...values], query_timeout: STATEMENT_PATIENCE_MS };
      return client.query(config);
    };
    // Migrations use no cursors, its other way of asking.
    const asked = query as unknown as PostgresPoolClient['query'];
    return { query: asked, release: () => client.release() };
  };
  return { connect, options: pool.options, end: () => Promise.resolve() };
}
