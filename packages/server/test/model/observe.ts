import type { Pool } from 'pg';
import type { Final } from './life.ts';

/** What stands in the database, by its own ids. */
export interface Observed {
  readonly queue: readonly { id: string; attempt: number; lost: number; due: boolean }[];
  readonly inflight: readonly { id: string; node_id: string; attempt: number; lost: number }[];
  readonly log: readonly Logged[];
  /** How many rows of `attempts` each delivery has. */
  readonly attempts: readonly { id: string; numbers: number[] }[];
  readonly replays: readonly {
    id: string;
    webhook_id: string;
    count: number;
    replayed: number;
    waiting: number;
    cancelled: boolean;
    finished: boolean;
  }[];
  /** Whose they are, wherever they are. */
  readonly deliveries: readonly {
    id: string;
    event_id: string;
    webhook_id: string;
    tenant_no: number;
  }[];
}

export interface Logged {
  readonly id: string;
  readonly status: 1 | 2 | 3;
  readonly attempt_count: number;
  readonly error: string | null;
  /** MD5 of the whole row. */
  readonly row: string;
}

export const STATUS_NAMES: Readonly<Record<Logged['status'], Final>> = {
  1: 'success',
  2: 'failed',
  3: 'cancelled',
};

const all = (statement: string): string =>
  `(select coalesce(json_agg(r), '[]') from (${statement}) r)`;

const OBSERVE = `select json_build_object(
  'queue', ${all(`select id::text, attempt, lost, due <= clock_timestamp() as due from sydx.queue order by id`)},
  'inflight', ${all(`select id::text, node_id::text, attempt, lost from sydx.pending_deliveries
    where node_id is not null order by id`)},
  'log', ${all(`select id::text, status, attempt_count, error, md5(d::text) as row
    from sydx.deliveries d order by id`)},
  'attempts', ${all(`select delivery_id::text as id, array_agg(number order by number) as numbers
    from sydx.attempts group by delivery_id order by delivery_id`)},
  'replays', ${all(`select r.id::text, webhook_id::text, count, replayed, cancelled,
    finished_at is not null as finished,
    (select count(*) from sydx.replay_items i where i.replay_id = r.id) as waiting
    from sydx.replays r order by id`)},
  'deliveries', ${all(`
    select id::text, event_id::text, webhook_id::text, tenant_no from sydx.pending_deliveries
    union all select id::text, event_id::text, webhook_id::text, tenant_no from sydx.deliveries
    order by 1`)}
) as observed`;

export async function observe(pool: Pool): Promise<Observed> {
  const { rows } = await pool.query<{ observed: Observed }>({ name: 'observe', text: OBSERVE });
  const [row] = rows;
  if (row === undefined) throw new Error('Observing answered no row.');
  return row.observed;
}

/** Empties what a sequence filled; tenants stay. */
export async function forgetAll(pool: Pool): Promise<void> {
  for (const table of [
    'replay_items',
    'replays',
    'redeliveries',
    'inflight',
    'queue',
    'attempts',
    'deliveries',
    'events',
    'nodes',
    'subscriptions',
    'webhooks',
  ]) {
    await pool.query(`delete from sydx.${table}`);
  }
}
