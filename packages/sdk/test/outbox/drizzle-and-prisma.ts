/**
 * Drizzle and Prisma are no dependencies of this repository. These have the call signatures that
 * their documentation gives for raw queries in a transaction, and run on a real PostgreSQL.
 *
 * https://orm.drizzle.team/docs/sql, https://orm.drizzle.team/docs/transactions
 * https://www.prisma.io/docs/orm/prisma-client/using-raw-sql/raw-queries
 */
import type pg from 'pg';

/** Drizzle's `sql`: keeps text and values apart until it is executed. */
export class DrizzleStatement {
  readonly text: string;
  readonly values: unknown[];

  constructor(text: string, values: unknown[]) {
    this.text = text;
    this.values = values;
  }
}

export function drizzleSql(strings: TemplateStringsArray, ...values: unknown[]): DrizzleStatement {
  const text = strings.reduce((before, after, index) => `${before}$${index}${after}`);
  return new DrizzleStatement(text, values);
}

/** `tx` of drizzle-orm/node-postgres: execute gives pg's own result. */
export function drizzleOnNodePostgres(client: pg.ClientBase) {
  return {
    execute: ({ text, values }: DrizzleStatement): Promise<pg.QueryResult> =>
      client.query(text, values),
  };
}

/** `tx` of drizzle-orm/postgres-js: execute gives the rows. */
export function drizzleOnPostgresJs(client: pg.ClientBase) {
  return {
    execute: async ({ text, values }: DrizzleStatement): Promise<Record<string, unknown>[]> =>
      (await client.query<Record<string, unknown>>(text, values)).rows,
  };
}

/** `tx` of prisma.$transaction(async (tx) => …). */
export function prismaOn(client: pg.ClientBase) {
  return {
    $queryRawUnsafe: async <Rows = unknown>(query: string, ...values: unknown[]): Promise<Rows> =>
      (await client.query(query, values)).rows as Rows,
  };
}
