import type { OutboxTransaction } from './publish-in-transaction.ts';

/** What Prisma's `prisma.$transaction(async (tx) => …)` hands out. */
export interface PrismaTransaction {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

// "Unsafe" is the form that takes the statement and its values apart; nothing is put into the text.
const PUBLISH =
  'select sydx.publish($1::text, $2::text, $3::text::json, $4::text, $5::text::timestamptz)::text as number';

export function viaPrisma(transaction: PrismaTransaction): OutboxTransaction {
  return {
    async publish({ tenant, type, data, key, happenedAt }) {
      const values = [tenant, type, data, key, happenedAt];
      return (await transaction.$queryRawUnsafe(PUBLISH, ...values)) as unknown[];
    },
  };
}
