import type { Pool } from 'pg';

/**
 * The oldest event whose delivery to this webhook was cancelled because the webhook was disabled, and
 * which was not delivered to it again since. By deliveries_not_successful_by_webhook: it reads what
 * failed or was cancelled there, and nothing of what arrived. The error is not asked for: what was
 * cancelled in the middle of an attempt says why that failed, and a webhook that is there to be enabled
 * was not deleted, so disabling is the only thing that cancels.
 *
 * @returns a decimal event id, or null when there is none
 */
export async function oldestCancelledByDisabling(
  pool: Pool,
  tenantNo: number,
  webhookId: string,
): Promise<string | null> {
  const { rows } = await pool.query<{ event_id: string | null }>(
    `select min(d.event_id) as event_id from sydx.deliveries d
    where d.webhook_id = $2 and d.tenant_no = $1 and d.status <> 1 and d.status = 3
      and d.type <> 'test.ping'
      and not exists (
        select from sydx.redeliveries r where r.event_id = d.event_id
          and r.webhook_id = d.webhook_id and r.delivery_id > d.id)`,
    [tenantNo, webhookId],
  );
  return rows[0]?.event_id ?? null;
}
