import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kysely, PostgresAdapter, PostgresDialect, sql, type Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Pool } from 'pg';
import { StartError } from '../base/start-error.ts';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Kysely's own number, so that builds which still left the lock to it wait for this one too. */
const MIGRATION_LOCK = '3853314791062309107';

/**
 * Brings the database up to this version: plain SQL files in order, each once, all in one
 * transaction under an advisory lock, so several nodes may start at the same time.
 *
 * @returns names of the migrations that this call carried out
 * @throws StartError when the server is older than PostgreSQL 15; Error when a migration fails, and
 *   nothing of the run is kept
 */
export async function migrate(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version < 150_000) {
    throw new StartError(
      `DATABASE_URL points at PostgreSQL ${Math.floor(version / 10_000)}; this product needs 15 or newer.`,
    );
  }
  const database = new Kysely<unknown>({ dialect: new UnlockedDialect({ pool: borrowed(pool) }) });
  return await database.transaction().execute(async (all) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)}::bigint)`.execute(all);
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

/** Kysely ends the pool it is given when destroyed; this one belongs to the caller. */
function borrowed(pool: Pool): Pick<Pool, 'connect' | 'options'> & { end: () => Promise<void> } {
  return {
    connect: pool.connect.bind(pool),
    options: pool.options,
    end: () => Promise.resolve(),
  };
}
