import type { Pool, QueryConfig } from 'pg';

/**
 * Asks PostgreSQL for a sign of life.
 *
 * @throws the driver's error when none comes within `timeoutMs`
 */
export async function askForLife(pool: Pool, timeoutMs: number): Promise<void> {
  // The driver takes this for a single query as well; its types know of it for connections only.
  const question: QueryConfig & { query_timeout: number } = {
    text: 'select 1',
    query_timeout: timeoutMs,
  };
  await pool.query(question);
}
