import type { Pool } from 'pg';
import { transaction } from './transaction.ts';

/** A sealed value of a row, whichever table it is in. */
export interface SealedRow {
  id: string;
  key_id: string;
  sealed: Buffer;
}

export type SealedKind = 'webhook' | 'source';

const NEXT = {
  webhook: `select id, secret_key_id as key_id, secret_sealed as sealed from sydx.webhooks
    where secret_key_id <> $1 and id > $2 order by id limit 500 for no key update`,
  source: `select id, secrets_key_id as key_id, secrets_sealed as sealed from sydx.sources
    where secrets_key_id <> $1 and id > $2 order by id limit 500 for no key update`,
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
 * is inside stays the same. One way through the ids, so that two nodes with keys of different opinions
 * both come to an end.
 *
 * @param reseal opens a value and seals it for the same row; null when no key opens it
 * @returns how many rows were sealed anew, and how many nothing opens
 */
export async function resealAll(
  pool: Pool,
  kind: SealedKind,
  currentKeyId: string,
  reseal: (row: SealedRow) => Buffer | null,
): Promise<{ resealed: number; unreadable: number }> {
  const total = { resealed: 0, unreadable: 0 };
  for (let after: string | null = '0'; after !== null; ) {
    const from: string = after;
    after = await transaction(pool, async (client) => {
      const { rows } = await client.query<SealedRow>(NEXT[kind], [currentKeyId, from]);
      const done = rows.flatMap((row) => {
        const sealed = reseal(row);
        return sealed === null ? [] : [{ id: row.id, sealed }];
      });
      if (done.length > 0) {
        const ids = done.map(({ id }) => id);
        const values = done.map(({ sealed }) => sealed);
        await client.query(WRITE[kind], [ids, values, currentKeyId]);
      }
      total.resealed += done.length;
      total.unreadable += rows.length - done.length;
      return rows.at(-1)?.id ?? null;
    });
  }
  return total;
}

/** How many secrets another key sealed. */
export async function countSealedOtherwise(pool: Pool, currentKeyId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select (select count(*) from sydx.webhooks where secret_key_id <> $1)::int
      + (select count(*) from sydx.sources where secrets_key_id <> $1)::int as count`,
    [currentKeyId],
  );
  return rows[0]?.count ?? 0;
}
