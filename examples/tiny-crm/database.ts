import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// A connection that breaks while it is idle: the next query opens another.
pool.on('error', (error) => console.error(error.message));

/** Makes the CRM's tables. @throws Error when there is no outbox to publish through */
export async function prepareDatabase(): Promise<void> {
  await pool.query(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'));
  const [found] = await query<{ outbox: string | null }>(
    `select to_regproc('sydx.publish')::text as outbox`,
  );
  if (found?.outbox == null) {
    throw new Error('This database has no outbox: run npx sydx outbox install first.');
  }
}

export async function query<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows;
}

/** Commits what the work did, or, when it throws, nothing of it. */
export async function transaction<Result>(
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

export async function closeDatabase(): Promise<void> {
  await pool.end();
}
