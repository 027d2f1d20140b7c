import type { Pool } from 'pg';
import { transaction } from './transaction.ts';

/**
 * Does `work` unless another node is at the same. Held by an advisory lock of a transaction that reads nothing
 * meanwhile, so it keeps no rows from being vacuumed, works behind a pooler, and goes with its node.
 *
 * @param name what the work is called, for all nodes on this database
 * @returns false when another node is at it and nothing was done
 * @throws what `work` throws
 */
export async function doAlone(
  pool: Pool,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ isOurs: boolean }>(
      'select pg_try_advisory_xact_lock(hashtext($1)) as "isOurs"',
      [`sydx.${name}`],
    );
    if (rows[0]?.isOurs !== true) return false;
    await work();
    return true;
  });
}
