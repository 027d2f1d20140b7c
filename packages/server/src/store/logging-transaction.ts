import type { Pool } from 'pg';
import { sqlState } from './database.ts';
import { createPartitions } from './partitions.ts';
import { type Transaction, transaction } from './transaction.ts';

/**
 * A transaction that writes events or the log. A day without a partition refuses that (23514); then the
 * partition is made and `work` is done once more from its beginning.
 *
 * @param work changes nothing but the database
 */
export async function loggingTransaction<T>(
  pool: Pool,
  work: (client: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await transaction(pool, work);
  } catch (error) {
    if (sqlState(error) !== '23514') throw error;
    await createPartitions(pool, 1);
    return await transaction(pool, work);
  }
}
