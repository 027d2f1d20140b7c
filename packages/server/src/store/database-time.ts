import type { ClientBase, Pool } from 'pg';

/** @returns PostgreSQL's clock, milliseconds since 1970 */
export async function databaseNowMs(database: Pool | ClientBase): Promise<number> {
  const { rows } = await database.query<{ nowMs: number }>(
    `select extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs"`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('Asking the time answered no row.');
  return row.nowMs;
}
