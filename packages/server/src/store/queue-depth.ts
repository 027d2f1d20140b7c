import type { Pool } from 'pg';

/** What waits in the queue, of all tenants. */
export interface QueueDepth {
  waiting: number;
  /** Those of them whose time has come. */
  due: number;
}

/** Reads the whole queue: 0.1 s for a million. Not for each request. */
export async function countQueue(pool: Pool): Promise<QueueDepth> {
  const { rows } = await pool.query<QueueDepth>(
    `select count(*)::int as waiting, count(*) filter (where due <= statement_timestamp())::int as due
     from sydx.queue`,
  );
  return rows[0] ?? { waiting: 0, due: 0 };
}

/**
 * For how long the delivery that is due longest has been waiting, in seconds; 0 when none is due. One
 * probe of queue_by_due, 1 ms with a million waiting.
 */
export async function backlogAgeSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ age: number }>(
    `select extract(epoch from clock_timestamp() - due)::float8 as age
     from sydx.queue order by due limit 1`,
  );
  return Math.max(0, rows[0]?.age ?? 0);
}
