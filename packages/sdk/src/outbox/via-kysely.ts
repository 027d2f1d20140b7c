import { PublishError } from '../publish/error.ts';
import type { OutboxTransaction } from './publish-in-transaction.ts';

/** The `sql` tag of Kysely. */
export type KyselySql<Executor> = (
  strings: TemplateStringsArray,
  ...values: unknown[]
) => { execute(executor: Executor): Promise<{ rows: unknown[] }> };

/**
 * @param transaction what Kysely's `transaction().execute(async (trx) => …)` hands out
 * @param sql `import { sql } from 'kysely'`
 * @throws PublishError `options_invalid` outside of a transaction
 */
export function viaKysely<Executor extends object>(
  transaction: Executor,
  sql: KyselySql<Executor>,
): OutboxTransaction {
  if ('isTransaction' in transaction && transaction.isTransaction === false) {
    throw new PublishError(
      'options_invalid',
      'This is no transaction. Hand over the trx of db.transaction().execute(async (trx) => …).',
    );
  }
  return {
    async publish({ tenant, type, data, key, happenedAt }) {
      const statement = sql`select sydx.publish(${tenant}::text, ${type}::text, ${data}::text::json,
        ${key}::text, ${happenedAt}::text::timestamptz)::text as number`;
      return (await statement.execute(transaction)).rows;
    },
  };
}
