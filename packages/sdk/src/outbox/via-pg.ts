import { PublishError } from '../publish/error.ts';
import type { OutboxTransaction } from './publish-in-transaction.ts';

/** A client of `pg`, of its pool (`await pool.connect()`), or of anything with the same `query`. */
export interface PgClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

// `$3::text::json`: with `$3::json` a driver may parse the text, and sort its keys.
const PUBLISH =
  'select sydx.publish($1::text, $2::text, $3::text::json, $4::text, $5::text::timestamptz)::text as number';

/**
 * @param client the one on which `begin` ran
 * @throws PublishError `options_invalid` for a pool: its statements run on any connection
 */
export function viaPg(client: PgClient): OutboxTransaction {
  if ('totalCount' in client) {
    throw new PublishError(
      'options_invalid',
      'This is a pool, whose statements run outside of your transaction. Hand over the client on which "begin" ran.',
    );
  }
  return {
    async publish({ tenant, type, data, key, happenedAt }) {
      return (await client.query(PUBLISH, [tenant, type, data, key, happenedAt])).rows;
    },
  };
}
