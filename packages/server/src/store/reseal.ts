import type { Pool } from 'pg';
import { transaction } from './transaction.ts';

/** A sealed value of a row, whichever table it is in. */
export interface SealedRow {
  id: string;
  key_id: string;
  sealed: Buffer;
}

/** A value sealed anew; the key that it says is the one that is written beside it. */
export interface Resealed {
  readonly keyId: string;
  readonly sealed: Buffer;
}

export type SealedKind = 'webhook' | 'source';

const NEXT = {
  webhook: `select id, secret_key_id as key_id, secret_sealed as sealed from sydx.webhooks
    where secret_key_id <> $1 and id > $2 order by id limit 500 for no key update`,
  source: `select id, secrets_key_id as key_id, secrets_sealed as sealed from sydx.sources
    where secrets_key_id <> $1 and id > $2 order by id limit 500 for no key update`,
};

const WRITE = {
  webhook: `update sydx.webhooks w set secret_key_id = u.key_id, secret_sealed = u.sealed
    from unnest($1::bigint[], $2::text[], $3::bytea[]) as u(id, key_id, sealed) where w.id = u.id`,
  source: `update sydx.sources s set secrets_key_id = u.key_id, secrets_sealed = u.sealed
    from unnest($1::bigint[], $2::text[], $3::bytea[]) as u(id, key_id, sealed) where s.id = u.id`,
};

/**
 * Seals anew, with the present key, what another key sealed; a few hundred rows at a time, each read
 * by a scan, because this happens once in the life of a key. Nodes need not read the rows again: what
 * is inside stays the same. One way through the ids, so that two nodes with keys of different opinions
 * both come to an end.
 *
 * @param reseal opens a value and seals it for the same row, and says with which key; null when no key
 *   opens it
 * @returns how many rows were sealed anew, and how many nothing opens
 */
export async function resealAll(
  pool: Pool,
  kind: SealedKind,
  currentKeyId: string,
  reseal: (row: SealedRow) => Resealed | null,
): Promise<{ resealed: number; unreadable: number }> {
  const total = { resealed: 0, unreadable: 0 };
  for (let after: string | null = '0'; after !== null; ) {
    const from: string = after;
    after = await transaction(pool, async (client) => {
      const { rows } = await client.query<SealedRow>(NEXT[kind], [currentKeyId, from]);
      const done = rows.flatMap((row) => {
        const sealed = reseal(row);
        return sealed === null ? [] : [{ id: row.id, ...sealed }];
      });
      if (done.length > 0) {
        const ids = done.map(({ id }) => id);
        const keyIds = done.map(({ keyId }) => keyId);
        const values = done.map(({ sealed }) => sealed);
        await client.query(WRITE[kind], [ids, keyIds, values]);
      }
      total.resealed += done.length;
      total.unreadable += rows.length - done.length;
      return rows.at(-1)?.id ?? null;
    });
  }
  return total;
}

/**
 * Waits until whoever was writing a sealed value has committed it: what is sealed from here on is sealed
 * with the present key. Writers wait for this as long as for one of them.
 */
export async function awaitSealers(pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query('lock table sydx.webhooks, sydx.sources in share mode');
  });
}

/** Any number that nothing else on this database locks. */
const RESEAL_LOCK = 7_309_441_527;

/**
 * Holds, for as long as `work` takes, what one process of all may hold: two keys that replace each other
 * would leave rows that neither file opens.
 *
 * @returns null, having done nothing, while another process is at it
 */
export async function whileNobodyReseals<T>(pool: Pool, work: () => Promise<T>): Promise<T | null> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ is_free: boolean }>(
      'select pg_try_advisory_xact_lock($1) as is_free',
      [RESEAL_LOCK],
    );
    return rows[0]?.is_free === true ? await work() : null;
  });
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
