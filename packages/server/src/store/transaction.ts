import type { Pool, PoolClient } from 'pg';
import { isDatabaseAway } from './database.ts';

/** What store functions run on that must be part of somebody's transaction. */
export type Transaction = PoolClient;

/**
 * Runs `work` in one transaction; rolls back when it throws. A connection that cannot even roll back
 * is thrown away, not returned to the pool.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while checked out speaks up here; the query in progress rejects as well.
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // Closing the connection rolls back as well, and one that says nothing would not answer this either.
    if (error instanceof Error && isDatabaseAway(error)) broken = error;
    else {
      await client.query('rollback').catch((rollbackError: unknown) => {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
      });
    }
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
