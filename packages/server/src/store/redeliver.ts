import type { Pool, PoolClient } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { transaction } from './transaction.ts';
import { lockWebhook } from './webhook-state.ts';

/** Why nothing was redelivered. */
export type RedeliverRefusal =
  | 'not_found'
  | 'webhook_deleted'
  | 'webhook_disabled'
  | 'delivery_pending'
  | 'event_expired'
  | 'test_event';

export type Redelivered = { readonly deliveryId: string } | { readonly refused: RedeliverRefusal };

interface Original {
  event_id: string;
  webhook_id: string;
  type: string | null;
  pending: boolean;
}

/**
 * Puts a new delivery of the same event to the same webhook into the queue, due now.
 *
 * The webhook's row is locked: of two calls at once the second sees what the first made and is told
 * that it is pending, and disabling or deleting either comes before, or cancels it.
 *
 * @param id decimal
 */
export async function redeliver(
  pool: Pool,
  tenantNo: number,
  id: string,
  by: Actor,
): Promise<Redelivered> {
  return await transaction(pool, async (client) => {
    const original = await readOriginal(client, tenantNo, id);
    if (original === null) return { refused: 'not_found' };
    if (original.type === 'test.ping') return { refused: 'test_event' };
    const state = await lockWebhook(client, tenantNo, original.webhook_id);
    if (state !== 'enabled') return { refused: state ?? 'webhook_deleted' };
    if (original.pending || (await isPending(client, tenantNo, original))) {
      return { refused: 'delivery_pending' };
    }
    const deliveryId = await insertDelivery(client, tenantNo, original);
    if (deliveryId === null) return { refused: 'event_expired' };
    await writeAudit(client, by, {
      tenantNo,
      action: 'delivery.redelivered',
      object: { kind: 'delivery', id: formatId('dlv', deliveryId), name: original.type },
      changes: changesBetween(null, {
        redelivers: formatId('dlv', id),
        webhook: formatId('whk', original.webhook_id),
        event: formatId('evt', original.event_id),
      }),
    });
    return { deliveryId };
  });
}

async function readOriginal(
  client: PoolClient,
  tenantNo: number,
  id: string,
): Promise<Original | null> {
  const { rows } = await client.query<Original>(
    `select event_id, webhook_id, type, false as pending from sydx.deliveries
     where tenant_no = $1 and id = $2
     union all
     select p.event_id, p.webhook_id,
       (select type from sydx.events where tenant_no = p.tenant_no and id = p.event_id), true
     from sydx.pending_deliveries p where p.tenant_no = $1 and p.id = $2`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** Whether any delivery of this event to this webhook is not final. */
async function isPending(
  client: PoolClient,
  tenantNo: number,
  { event_id, webhook_id }: Original,
): Promise<boolean> {
  const { rows } = await client.query<{ pending: boolean }>(
    `select exists (
       select from sydx.pending_deliveries
       where tenant_no = $1 and event_id = $2 and webhook_id = $3
         and ((id >= ($2::bigint >> 22) << 22 and id < (($2::bigint >> 22) + 1) << 22)
           or id = any(array(
             select delivery_id from sydx.redeliveries where event_id = $2 and webhook_id = $3)))
     ) as pending`,
    [tenantNo, event_id, webhook_id],
  );
  return rows[0]?.pending ?? false;
}

/** @returns the new delivery's id, or null when retention took the event */
async function insertDelivery(
  client: PoolClient,
  tenantNo: number,
  { event_id, webhook_id }: Original,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `with made as materialized (
       select sydx.new_id() as id from sydx.events where tenant_no = $1 and id = $2
     ), known as (
       insert into sydx.redeliveries (event_id, delivery_id, webhook_id) select $2, id, $3 from made
     ), queued as (
       insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
       select $3, clock_timestamp(), id, $1, $2, 1, 0 from made
     )
     select id from made`,
    [tenantNo, event_id, webhook_id],
  );
  return rows[0]?.id ?? null;
}
