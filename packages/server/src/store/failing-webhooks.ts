import type { Pool } from 'pg';
import type { Transaction } from './transaction.ts';

/** So many deliveries that ended one after the other with a failure make a webhook failing. */
const FAILED_IN_A_ROW = 3;
/**
 * Of each webhook the newest that ended are looked at, by acceptance: a stretch of
 * deliveries_by_webhook. What ended among them last counts.
 */
const LOOKED_AT = 50;

/** A webhook that began to fail, or no longer does. */
export interface WebhookTurn {
  kind: 'failing' | 'recovered';
  webhook_id: string;
  tenant_no: number;
  tenant_id: string;
  name: string;
  url: string;
  /** When the first of the failed ones in a row ended. */
  since: Date;
  /** How many failed in a row, as far as was looked. */
  failed_count: number;
  /** The delivery that ended last, and how. */
  delivery_id: string;
  error: string | null;
}

/**
 * Takes the turn to look for failing webhooks, until the transaction ends. A row lock and not an
 * advisory one, so that a node that comes a moment after another finds that it was done.
 *
 * @param restSeconds nobody looks again before this has passed since the last time
 * @returns from when on failures count as new, for `findTurns`; null when it is somebody else's turn
 */
export async function takeWatch(
  transaction: Transaction,
  restSeconds: number,
): Promise<string | null> {
  // A clock that was set back must not end the looking. What committed late is seen a second time.
  const { rows } = await transaction.query<{ since: string }>(
    `with turn as (
       select looked_at from sydx.failing_watch
       where not (looked_at between clock_timestamp() - make_interval(secs => $1) and clock_timestamp())
       for update skip locked
     ), taken as (
       update sydx.failing_watch set looked_at = clock_timestamp() where exists (select from turn)
     )
     select (least(looked_at, clock_timestamp()) - interval '2 minutes')::text as since from turn`,
    [restSeconds],
  );
  return rows[0]?.since ?? null;
}

/**
 * Webhooks whose state is another than what is written down: of those with a failure since then, by
 * deliveries_failed_by_end, and of those that are failing. Tests and what was cancelled say nothing; a
 * webhook that was changed begins anew, since the change may be the cure. A thousand failing ones in a
 * log of 31 days take 0.1 s.
 */
export async function findTurns(transaction: Transaction, since: string): Promise<WebhookTurn[]> {
  const { rows } = await transaction.query<WebhookTurn>(
    `with candidate as materialized (
       select webhook_id from sydx.deliveries
       where status = 2 and finished_at > $1::timestamptz and type <> 'test.ping'
       union
       select webhook_id from sydx.failing_webhooks
     )
     select case when f.since is null then 'failing' else 'recovered' end as kind, w.id as webhook_id,
       w.tenant_no, t.id as tenant_id, w.name, w.url, coalesce(f.since, r.since) as since,
       r.failed_count, r.delivery_id, r.error
     from candidate c
     join sydx.webhooks w on w.id = c.webhook_id and w.enabled and w.deleted_at is null
     join sydx.tenants t on t.no = w.tenant_no
     left join sydx.failing_webhooks f on f.webhook_id = w.id
     cross join lateral (
       select count(*) filter (where in_row)::int as failed_count,
         min(finished_at) filter (where in_row) as since,
         (array_agg(status order by finished_at desc, id desc))[1] as last_status,
         (array_agg(id order by finished_at desc, id desc))[1] as delivery_id,
         (array_agg(error order by finished_at desc, id desc))[1] as error
       from (
         select id, status, error, finished_at, status = 2 and finished_at > greatest(w.updated_at,
           max(finished_at) filter (where status = 1) over ()) as in_row
         from (
           select id, status, type, error, finished_at from sydx.deliveries d
           where d.webhook_id = w.id order by d.id desc limit ${LOOKED_AT}
         ) newest
         where status in (1, 2) and type <> 'test.ping'
       ) judged
     ) r
     where (f.since is null and r.failed_count >= ${FAILED_IN_A_ROW})
       or (f.since is not null and r.last_status = 1)
     order by w.id`,
    [since],
  );
  return rows;
}

/**
 * Writes turns down. What was disabled or deleted meanwhile has none: its row is locked, so that it
 * cannot be until the transaction ends.
 *
 * @returns those that are written down by this
 */
export async function keepTurns(
  transaction: Transaction,
  turns: readonly WebhookTurn[],
): Promise<WebhookTurn[]> {
  const { rows: held } = await transaction.query<{ id: string }>(
    `select id from sydx.webhooks where id = any($1::bigint[]) and enabled and deleted_at is null
     order by id for no key update`,
    [turns.map((turn) => turn.webhook_id)],
  );
  const living = new Set(held.map(({ id }) => id));
  const kept = turns.filter((turn) => living.has(turn.webhook_id));
  const failing = kept.filter(({ kind }) => kind === 'failing');
  const recovered = kept.filter(({ kind }) => kind === 'recovered');
  await transaction.query(
    `insert into sydx.failing_webhooks (webhook_id, since)
     select * from unnest($1::bigint[], $2::timestamptz[])`,
    [failing.map((turn) => turn.webhook_id), failing.map((turn) => turn.since)],
  );
  await transaction.query(
    'delete from sydx.failing_webhooks where webhook_id = any($1::bigint[])',
    [recovered.map((turn) => turn.webhook_id)],
  );
  return kept;
}

/** A webhook that was disabled or deleted neither fails nor recovers. */
export async function forgetFailing(transaction: Transaction, webhookId: string): Promise<void> {
  await transaction.query('delete from sydx.failing_webhooks where webhook_id = $1', [webhookId]);
}

export async function countFailing(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from sydx.failing_webhooks',
  );
  return rows[0]?.count ?? 0;
}
