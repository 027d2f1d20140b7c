import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { withDatabase } from './global-setup.ts';
import { tablesWithSecrets } from './secrets-in-clear.ts';

/** A database of one test file. */
export type TestDatabase = {
  readonly url: string;
  /**
   * Removes the database. Call it after everything that uses it was closed.
   *
   * @throws Error when connections were left open, naming their last statements, or when a secret
   *   stands in clear in a table
   */
  drop(): Promise<void>;
};

const LEAK_PATIENCE_MS = 3000;

/**
 * Makes a fresh, migrated database by cloning the template of this run.
 *
 *     const database = await createDatabase();
 *     afterAll(() => database.drop());
 */
export async function createDatabase(): Promise<TestDatabase> {
  const { url, template, failure } = inject('testDatabase');
  if (failure !== null) throw new Error(`There is no database to clone: ${failure}`);
  return await makeDatabase(url, `TEMPLATE ${template}`);
}

/** A database with nothing in it, as a CRM of somebody else's might have. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return await makeDatabase(inject('testDatabase').url, '');
}

async function makeDatabase(url: string, from: string): Promise<TestDatabase> {
  const name = `sydx_test_${randomBytes(6).toString('hex')}`;
  await onServer(url, (client) => client.query(`CREATE DATABASE ${name} ${from}`));
  return {
    url: withDatabase(url, name),
    drop: () =>
      onServer(url, async (client) => {
        const leaks = await openConnections(client, name);
        const tables = await searchDatabase(withDatabase(url, name));
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        if (leaks.length > 0) {
          throw new Error(`${leaks.length} connections were left open:\n${leaks.join('\n')}`);
        }
        if (tables.length > 0) throw new Error(inClear(tables));
      }),
  };
}

/** @returns the tables that hold a secret in clear */
export async function searchDatabase(url: string): Promise<string[]> {
  let found: string[] = [];
  await onServer(url, async (client) => {
    found = await tablesWithSecrets(client, url);
  });
  return found;
}

export function inClear(tables: readonly string[]): string {
  return `A secret stands in clear in ${tables.join(', ')}.`;
}

/** Waits a moment: PostgreSQL notices the end of a connection a little after its client. */
async function openConnections(client: pg.Client, database: string): Promise<string[]> {
  const until = performance.now() + LEAK_PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ leak: string }>(
      `SELECT concat_ws(' · ', application_name, state, query) AS leak FROM pg_stat_activity
       WHERE datname = $1 AND backend_type = 'client backend'`,
      [database],
    );
    if (rows.length === 0 || performance.now() > until) return rows.map((row) => row.leak);
    await sleep(20);
  }
}

async function onServer(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
