import type { Pool } from 'pg';

/** How many deliveries wait in the queue, of all tenants. Reads the whole of queue_by_due: not for each request. */
export async function countQueue(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from sydx.queue',
  );
  return rows[0]?.count ?? 0;
}
