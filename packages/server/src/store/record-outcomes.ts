import type { Pool } from 'pg';
import { byteaArray, float8Array, int2Array, int4Array, int8Array, textArray } from './arrays.ts';

export const STATUS = { success: 1, failed: 2, cancelled: 3 } as const;
export type FinalStatus = keyof typeof STATUS;

/** What one HTTP request came to. */
export interface AttemptRecord {
  startedAtMs: number;
  durationMs: number;
  statusCode: number | null;
  /** Stable code, null on success. */
  error: string | null;
  /** The first 8 characters of each signature. */
  signatures: string;
  /** JSON array of [name, value]. */
  responseHeaders: string | null;
  responseBody: Buffer | null;
}

/** What becomes of a delivery: its end, or another attempt later. */
export interface Outcome {
  deliveryId: string;
  tenantNo: number;
  eventId: string;
  webhookId: string;
  type: string;
  /** Number of the attempt that this is about, from 1. */
  attempt: number;
  lost: number;
  /** null: cancelled before an attempt was made under this number. */
  record: AttemptRecord | null;
  fate: { status: FinalStatus; error?: string } | { retryInMs: number };
}

/**
 * Closes hundreds of deliveries in one statement. The node's row is locked first: a node that was
 * declared dead finds it gone and changes nothing (the fence); a takeover waits until this commits.
 * A key share lock writes no new row version, so a snapshot held open for long costs nothing here.
 * Appends to the day's partition, which has five indexes: the primary key and deliveries_by_webhook take
 * every outcome, the others only what did not succeed.
 */
const statement = (retries: string): string => `
with me as materialized (
  select 1 from sydx.nodes where id = $1 for key share
), outcome as materialized (
  select * from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::smallint[],
    $8::smallint[], $9::smallint[], $10::float8[], $11::float8[], $12::int[], $13::smallint[],
    $14::text[], $15::text[], $16::text[], $17::bytea[])
    as o(id, tenant_no, event_id, webhook_id, type, attempt, lost, status, retry_in_ms, started_ms,
      duration_ms, status_code, error, signatures, response_headers, response_body)
  where exists (select from me)
), logged as (
  insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count,
    finished_at, started_at, duration_ms, status_code, error, signatures, response_headers, response_body)
  select id, tenant_no, event_id, webhook_id, type, status,
    case when started_ms is null then attempt - 1 else attempt end, clock_timestamp(),
    to_timestamp(started_ms / 1000), duration_ms, status_code, error, signatures, response_headers,
    response_body
  from outcome where status is not null
${retries}), closed as (
  delete from sydx.inflight
  where node_id = $1 and number = any($18::bigint[]) and exists (select from me)
)
select exists (select from me) as alive`;

const RETRIES = `), attempted as (
  insert into sydx.attempts (delivery_id, number, started_at, duration_ms, status_code, error,
    signatures, response_headers, response_body)
  select id, attempt, to_timestamp(started_ms / 1000), duration_ms, status_code, error, signatures,
    response_headers, response_body
  from outcome where status is null
), again as (
  insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
  select webhook_id, clock_timestamp() + make_interval(secs => retry_in_ms / 1000), id, tenant_no,
    event_id, attempt + 1, lost
  from outcome where status is null
`;

// Most batches have no failure in them, and every insert in a statement costs something to begin.
const RECORD_FINAL = statement('');
const RECORD_ALL = statement(RETRIES);

/**
 * @param closedGroups numbers of this node's groups whose last delivery is among the outcomes
 * @returns false when the node was declared dead: nothing was written
 * @throws the driver's error: 23505 when an outcome was recorded before, 23514 without a partition
 */
export async function recordOutcomes(
  pool: Pool,
  nodeId: string,
  outcomes: readonly Outcome[],
  closedGroups: readonly string[],
): Promise<boolean> {
  const statuses: (number | null)[] = [];
  const retries: (number | null)[] = [];
  const errors: (string | null)[] = [];
  const hasRetry = outcomes.some(({ fate }) => 'retryInMs' in fate);
  for (const { fate, record } of outcomes) {
    const final = 'status' in fate;
    statuses.push(final ? STATUS[fate.status] : null);
    retries.push(final ? null : fate.retryInMs);
    errors.push(record?.error ?? (final ? fate.error : undefined) ?? null);
  }
  const { rows } = await pool.query<{ alive: boolean }>({
    name: hasRetry ? 'record-all' : 'record-final',
    text: hasRetry ? RECORD_ALL : RECORD_FINAL,
    values: [
      nodeId,
      int8Array(outcomes.map((o) => o.deliveryId)),
      int4Array(outcomes.map((o) => o.tenantNo)),
      int8Array(outcomes.map((o) => o.eventId)),
      int8Array(outcomes.map((o) => o.webhookId)),
      textArray(outcomes.map((o) => o.type)),
      int2Array(outcomes.map((o) => o.attempt)),
      int2Array(outcomes.map((o) => o.lost)),
      int2Array(statuses),
      float8Array(retries),
      float8Array(outcomes.map((o) => o.record?.startedAtMs ?? null)),
      int4Array(outcomes.map((o) => (o.record === null ? null : Math.round(o.record.durationMs)))),
      int2Array(outcomes.map((o) => o.record?.statusCode ?? null)),
      textArray(errors),
      textArray(outcomes.map((o) => o.record?.signatures ?? null)),
      textArray(outcomes.map((o) => o.record?.responseHeaders ?? null)),
      byteaArray(outcomes.map((o) => o.record?.responseBody ?? null)),
      int8Array(closedGroups),
    ],
  });
  return rows[0]?.alive ?? false;
}
