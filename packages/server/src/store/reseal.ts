import type { Pool } from 'pg';
import { transaction } from './transaction.ts';

/** A sealed value of a row, whichever table it is in. */
export interface SealedRow {
  id: string;
  key_id: string;
  sealed: Buffer;
}

const NEXT = {
  webhook: `select id, secret_key_id as key_id, secret_sealed as sealed from sydx.webhooks
    where secret_key_id <> $1 order by id limit 500 for no key update`,
  source: `select id, secrets_key_id as key_id, secrets_sealed as sealed from sydx.sources
    where secrets_key_id <> $1 order by id limit 500 for no key update`,
};

const WRITE = {
  webhook: `update sydx.webhooks w set secret_key_id = $3, secret_sealed = u.sealed
    from unnest($1::bigint[], $2::bytea[]) as u(id, sealed) where w.id = u.id`,
  source: `update sydx.sources s set secrets_key_id = $3, secrets_sealed = u.sealed
    from unnest($1::bigint[], $2::bytea[]) as u(id, sealed) where s.id = u.id`,
};

/**
 * Seals anew, with the present key, what another key sealed; a few hundred rows at a time, each read
 * by a scan, because this happens once in the life of a key. Nodes need not read the rows again: what
 * is inside stays the same.
 *
 * @param reseal opens a value and seals it for the same row; throws when no key opens it
 * @returns how many rows it was
 */
export async function resealAll(
  pool: Pool,
  kind: 'webhook' | 'source',
  currentKeyId: string,
  reseal: (row: SealedRow) => Buffer,
): Promise<number> {
  for (let total = 0; ; ) {
    const count = await transaction(pool, async (client) => {
      const { rows } = await client.query<SealedRow>(NEXT[kind], [currentKeyId]);
      const ids = rows.map((row) => row.id);
      if (ids.length > 0) await client.query(WRITE[kind], [ids, rows.map(reseal), currentKeyId]);
      return ids.length;
    });
    if (count === 0) return total;
    total += count;
  }
}
