import type { OutboxTransaction } from './publish-in-transaction.ts';

/** What Drizzle's `db.transaction(async (tx) => …)` hands out, for any PostgreSQL driver. */
export interface DrizzleTransaction<Query> {
  execute(query: Query): PromiseLike<unknown>;
}

/** The `sql` tag of Drizzle. */
export type DrizzleSql<Query> = (strings: TemplateStringsArray, ...values: unknown[]) => Query;

/** @param sql `import { sql } from 'drizzle-orm'` */
export function viaDrizzle<Query>(
  transaction: DrizzleTransaction<Query>,
  sql: DrizzleSql<Query>,
): OutboxTransaction {
  return {
    async publish({ tenant, type, data, key, happenedAt }) {
      const result = await transaction.execute(
        sql`select sydx.publish(${tenant}::text, ${type}::text, ${data}::text::json,
        ${key}::text, ${happenedAt}::text::timestamptz)::text as number`,
      );
      // node-postgres answers an object with rows, postgres.js the rows.
      const rows: unknown = Array.isArray(result) ? result : (result as { rows?: unknown }).rows;
      return rows as readonly unknown[];
    },
  };
}
