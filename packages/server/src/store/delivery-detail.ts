import type { Pool } from 'pg';
import { type DeliveryRow, readDelivery } from './deliveries.ts';

/** One HTTP request of a delivery. */
export interface AttemptRow {
  number: number;
  started_at: Date;
  duration_ms: number;
  status_code: number | null;
  error: string | null;
  /** 8 characters of X-Sydx-Signature, then 8 of webhook-signature without its `v1,`. */
  signatures: string | null;
  /** JSON array of [name, value]. */
  response_headers: string | null;
  response_body: Buffer | null;
}

export interface DeliveryDetailRow {
  delivery: DeliveryRow;
  /** The exact body; null when retention took the event. */
  body: string | null;
  /** Where the webhook points now. */
  url: string;
  /** In order, from 1. */
  attempts: AttemptRow[];
}

/**
 * The last attempt of a final delivery is in its row of the log, every other in `attempts`. The number
 * bounds what is read to what the delivery's own row knew of, so an attempt that ends between the
 * statements does not show before its delivery says so.
 */
const ATTEMPTS = `
select number, started_at, duration_ms, status_code, error, signatures, response_headers, response_body
from sydx.attempts where delivery_id = $2 and number <= $3
union all
select attempt_count, started_at, duration_ms, status_code, error, signatures, response_headers,
  response_body
from sydx.deliveries where tenant_no = $1 and id = $2 and started_at is not null and attempt_count <= $3
order by number`;

/**
 * @param id decimal
 * @returns null when it is another tenant's, unknown or past retention
 */
export async function readDeliveryDetail(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<DeliveryDetailRow | null> {
  const delivery = await readDelivery(pool, tenantNo, id);
  if (delivery === null) return null;
  const [attempts, sent] = await Promise.all([
    pool.query<AttemptRow>(ATTEMPTS, [tenantNo, id, delivery.attempt_count]),
    pool.query<{ url: string; body: string | null }>(
      `select w.url, (select body from sydx.events where tenant_no = $1 and id = $2) as body
       from sydx.webhooks w where w.id = $3`,
      [tenantNo, delivery.event_id, delivery.webhook_id],
    ),
  ]);
  return {
    delivery,
    body: sent.rows[0]?.body ?? null,
    url: sent.rows[0]?.url ?? '',
    attempts: attempts.rows,
  };
}
