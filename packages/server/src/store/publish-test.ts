import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, writeAudit } from './audit-log.ts';
import { loggingTransaction } from './logging-transaction.ts';

/** A test.ping that is on disk, leased to this node. */
export interface StoredTest {
  eventId: string;
  deliveryId: string;
}

/**
 * One event, one delivery, one group: outside subscriptions, since a Test is sent whatever the webhook
 * subscribes to. Should the node die, hand-back ends it as `interrupted`.
 *
 * @throws the driver's error: 23503 when the node was declared dead
 */
export async function publishTest(
  pool: Pool,
  test: { tenantNo: number; webhookId: string; webhookName: string | null; body: string },
  lessee: { nodeId: string; number: string },
  by: Actor,
): Promise<StoredTest> {
  return await loggingTransaction(pool, async (client) => {
    const { rows } = await client.query<StoredTest>(
      `with moment as materialized (
       select ((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000) << 22 as base
     ), made as materialized (
       select base | (nextval('sydx.id_seq') & 4194303) as event_id,
         base | (nextval('sydx.id_seq') & 4194303) as delivery_id
       from moment
     ), stored as (
       insert into sydx.events (id, tenant_no, type, body) select event_id, $1, 'test.ping', $2 from made
     ), leased as (
       insert into sydx.inflight (node_id, number, delivery_ids, event_ids, webhook_ids, tenant_nos)
       select $3, $4, array[delivery_id], array[event_id], array[$5::bigint], array[$1::int] from made
     )
     select event_id as "eventId", delivery_id as "deliveryId" from made`,
      [test.tenantNo, test.body, lessee.nodeId, lessee.number, test.webhookId],
    );
    const stored = rows[0];
    if (stored === undefined) throw new Error('Publishing the test answered no row.');
    await writeAudit(client, by, {
      tenantNo: test.tenantNo,
      action: 'webhook.tested',
      object: { kind: 'webhook', id: formatId('whk', test.webhookId), name: test.webhookName },
      changes: [{ field: 'delivery', before: null, after: formatId('dlv', stored.deliveryId) }],
    });
    return stored;
  });
}
