import { resolve } from 'node:path';
import pg from 'pg';
import { findRunningEmbedded } from '../embedded/find-running.ts';
import { realDataDir } from './credentials.ts';
import { CommandError } from './errors.ts';

/** Options of the commands that go to the CRM's PostgreSQL themselves. */
export interface OutboxDatabaseOptions {
  readonly databaseUrl?: string;
}

/**
 * Connects to where an outbox is or is to be: --database-url, OUTBOX_DATABASE_URL, DATABASE_URL, or the
 * private PostgreSQL while it runs.
 *
 * @throws CommandError with a sentence when there is no such database or it does not let us in
 */
export async function withOutboxDatabase<T>(
  { databaseUrl }: OutboxDatabaseOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { OUTBOX_DATABASE_URL, DATABASE_URL } = process.env;
  const url = databaseUrl ?? (OUTBOX_DATABASE_URL || DATABASE_URL || privateDatabase());
  const client = new pg.Client({ connectionString: url, application_name: 'sydx outbox' });
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new CommandError(`PostgreSQL does not let us in (${reason}). Check the address.`, {
      cause,
    });
  }
  try {
    return await work(client);
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    const hint = cause.hint === undefined ? '' : ` ${cause.hint}`;
    throw new CommandError(`PostgreSQL refused it: ${cause.message}.${hint}`, { cause });
  } finally {
    await client.end();
  }
}

function privateDatabase(): string {
  const url = findRunningEmbedded(realDataDir(resolve(process.env['DATA_DIR'] || './data')));
  if (url !== null) return url;
  throw new CommandError(
    "Say where the CRM's PostgreSQL is by --database-url or OUTBOX_DATABASE_URL, or start the " +
      'product first: then its private PostgreSQL is taken.',
  );
}
