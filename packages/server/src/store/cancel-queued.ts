import type { AttemptErrorCode } from '@sydx/contract';
import type { PoolClient } from 'pg';

/**
 * Moves everything that waits for one webhook from the queue to the log as cancelled. By the queue's
 * primary key; the join with events by their primary key fetches the type. The attempt that was next
 * never happened, so it does not count.
 */
export async function cancelQueued(
  client: PoolClient,
  webhookId: string,
  error: Extract<AttemptErrorCode, 'webhook_disabled' | 'webhook_deleted'>,
): Promise<void> {
  await client.query(
    `with waiting as (
      delete from sydx.queue where webhook_id = $1
      returning id, tenant_no, event_id, webhook_id, attempt
    )
    insert into sydx.deliveries
      (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at, error)
    select w.id, w.tenant_no, w.event_id, w.webhook_id, e.type, 3, w.attempt - 1,
      clock_timestamp(), $2
    from waiting w join sydx.events e on e.tenant_no = w.tenant_no and e.id = w.event_id`,
    [webhookId, error],
  );
}
