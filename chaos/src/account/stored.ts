import { formatId } from '@sydx/server/src/base/ids.ts';
import type { Postgres } from '../world/postgres.ts';

export interface StoredEvent {
  /** `evt_…` */
  readonly id: string;
  readonly type: string;
  readonly number: number;
}

export interface StoredAttempt {
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
}

/** A delivery of the log, which is final. */
export interface StoredDelivery {
  /** `dlv_…` */
  readonly id: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly status: 'success' | 'failed' | 'cancelled';
  readonly attemptCount: number;
  readonly finishedAtMs: number;
  /** Why it ended where no attempt says so, such as worker_lost. */
  readonly error: string | null;
  readonly attempts: readonly StoredAttempt[];
  /** Somebody asked for it by a redelivery or a replay. */
  readonly isRedelivery: boolean;
}

/** What PostgreSQL holds. */
export interface Stored {
  readonly events: readonly StoredEvent[];
  readonly deliveries: readonly StoredDelivery[];
}

interface DeliveryRow extends AttemptRow {
  event_id: string;
  webhook_id: string;
  status: 1 | 2 | 3;
  attempt_count: number;
  finished_ms: number;
  is_redelivery: boolean;
}

interface AttemptRow {
  id: string;
  number: number;
  started_ms: number | null;
  duration_ms: number | null;
  status_code: number | null;
  error: string | null;
}

const STATUS = { 1: 'success', 2: 'failed', 3: 'cancelled' } as const;
const ms = (column: string) => `extract(epoch from ${column})::float8 * 1000`;

export async function readLog(postgres: Postgres): Promise<Stored> {
  const events = await postgres.query<{ id: string; type: string; number: number }>(
    `select id, type, (body::jsonb -> 'data' ->> 'number')::int as number from sydx.events`,
  );
  const earlier = await postgres.query<AttemptRow>(
    `select delivery_id as id, number, ${ms('started_at')} as started_ms, duration_ms, status_code, error
     from sydx.attempts order by number`,
  );
  const deliveries = await postgres.query<DeliveryRow>(
    `select d.id, d.event_id, d.webhook_id, d.status, d.attempt_count, d.attempt_count as number,
       ${ms('d.finished_at')} as finished_ms, ${ms('d.started_at')} as started_ms, d.duration_ms,
       d.status_code, d.error, r.delivery_id is not null as is_redelivery
     from sydx.deliveries d
     left join sydx.redeliveries r on r.event_id = d.event_id and r.delivery_id = d.id
     order by d.id`,
  );
  const attempts = Map.groupBy(earlier, ({ id }) => id);
  return {
    events: events.map(({ id, type, number }) => ({ id: formatId('evt', id), type, number })),
    deliveries: deliveries.map((row) => ({
      id: formatId('dlv', row.id),
      eventId: formatId('evt', row.event_id),
      webhookId: formatId('whk', row.webhook_id),
      status: STATUS[row.status],
      attemptCount: row.attempt_count,
      finishedAtMs: row.finished_ms,
      error: row.error,
      isRedelivery: row.is_redelivery,
      // The last attempt stands in the delivery's own row, where one was made.
      attempts: [...(attempts.get(row.id) ?? []), row].flatMap(attempt),
    })),
  };
}

function attempt(row: AttemptRow): StoredAttempt[] {
  if (row.started_ms === null) return [];
  return [
    {
      number: row.number,
      startedAtMs: row.started_ms,
      durationMs: row.duration_ms ?? 0,
      statusCode: row.status_code,
      error: row.error,
    },
  ];
}

/** What must be gone when everything was delivered and everyone is well. */
export interface Residue {
  readonly pending: number;
  readonly queue: number;
  readonly inflight: number;
  readonly nodes: number;
  readonly replays: number;
}

export async function readResidue(postgres: Postgres): Promise<Residue> {
  const [row] = await postgres.query<Record<keyof Residue, number>>(
    `select (select count(*)::int from sydx.pending_deliveries) as pending,
       (select count(*)::int from sydx.queue) as queue,
       (select count(*)::int from sydx.inflight) as inflight,
       (select count(*)::int from sydx.nodes) as nodes,
       (select count(*)::int from sydx.replays where finished_at is null) as replays`,
  );
  if (row === undefined) throw new Error('Counting answered no row.');
  return row;
}
