import type { ClientBase, Pool } from 'pg';
import { uuidArray } from './arrays.ts';

/** What an idempotency key was used for. */
export interface KnownKey {
  /** Decimal. */
  eventId: string;
  /** Hex fingerprint of what was given with the key. */
  content: string;
}

/**
 * One statement, so one moment: a key is either found or, expired, deleted and free again.
 * By the primary key; writes only when something among them is expired.
 */
const FIND = `
with expired as (
  delete from sydx.idempotency_keys where key = any($1::uuid[]) and expires_at <= statement_timestamp()
)
select replace(key::text, '-', '') as key, event_id, replace(content::text, '-', '') as content
from sydx.idempotency_keys
where key = any($1::uuid[]) and expires_at > statement_timestamp() and content is not null`;

/**
 * Looks up producers' idempotency keys.
 *
 * @param keys 32 hex digits each (see base/fingerprint.ts)
 * @returns those in use; what a source marked is none of them
 */
export async function findKeys(
  pool: Pool | ClientBase,
  keys: readonly string[],
): Promise<Map<string, KnownKey>> {
  const { rows } = await pool.query<{ key: string; event_id: string; content: string }>({
    name: 'find-keys',
    text: FIND,
    values: [uuidArray(keys)],
  });
  return new Map(rows.map((row) => [row.key, { eventId: row.event_id, content: row.content }]));
}

/**
 * Deletes expired keys and marks, oldest first, by the index on expiry. Several nodes may call it at
 * once: each skips what another is at.
 *
 * @returns how many went; fewer than `limit` when none is left
 */
export async function forgetExpired(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from sydx.idempotency_keys where key = any(array(
       select key from sydx.idempotency_keys where expires_at <= statement_timestamp()
       order by expires_at limit $1 for update skip locked))`,
    [limit],
  );
  return rowCount ?? 0;
}
