import { LIMITS } from '@sydx/contract';
import type { Pool, PoolClient } from 'pg';
import { loggingTransaction } from './logging-transaction.ts';

/**
 * Sends what a node holds back to the queue, due now and under the same attempt number. Left out is
 * what is known elsewhere: closed (log), waiting again (queue) or leased again under a later attempt.
 * A Test is not repeated: it ends as `interrupted`; the fifth lost lease ends a delivery as `worker_lost`.
 */
const HAND_BACK = `
with held as materialized (
  select distinct on (u.tenant_no, u.id) u.id, u.tenant_no, u.event_id, u.webhook_id,
    coalesce(u.attempt, 1::smallint) as attempt, coalesce(u.lost, 0::smallint) + $3::smallint as lost
  from sydx.inflight i
  cross join lateral unnest(i.delivery_ids, i.tenant_nos, i.event_ids, i.webhook_ids, i.attempts, i.lost)
    as u(id, tenant_no, event_id, webhook_id, attempt, lost)
  where i.node_id = $1 and ($2::bigint[] is null or i.number = any($2))
    and not exists (select from sydx.deliveries d where d.tenant_no = u.tenant_no and d.id = u.id)
    and not exists (select from sydx.queue q where q.tenant_no = u.tenant_no and q.id = u.id)
  order by u.tenant_no, u.id, coalesce(u.attempt, 1) desc
), elsewhere as materialized (
  select u.id, max(coalesce(u.attempt, 1)) as attempt
  from sydx.inflight i cross join lateral unnest(i.delivery_ids, i.attempts) as u(id, attempt)
  where not (i.node_id = $1 and ($2::bigint[] is null or i.number = any($2)))
  group by u.id
), own as materialized (
  select h.*, e.type from held h
  left join elsewhere o on o.id = h.id and o.attempt > h.attempt
  left join sydx.events e on e.tenant_no = h.tenant_no and e.id = h.event_id
  where o.id is null
), ended as (
  insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at, error)
  select id, tenant_no, event_id, webhook_id, coalesce(type, 'unknown'), 2, attempt - 1, clock_timestamp(),
    case when type = 'test.ping' then 'interrupted' else 'worker_lost' end
  from own where type = 'test.ping' or lost >= ${LIMITS.lostLeases}
), queued as (
  insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
  select webhook_id, clock_timestamp(), id, tenant_no, event_id, attempt, lost
  from own where type is distinct from 'test.ping' and lost < ${LIMITS.lostLeases}
), gone as (
  delete from sydx.inflight where node_id = $1 and ($2::bigint[] is null or number = any($2))
)
select count(*)::int as count, coalesce(json_agg(json_build_object('deliveryId', id::text,
    'eventId', event_id::text, 'webhookId', webhook_id::text, 'attempt', attempt))
  filter (where type is distinct from 'test.ping' and lost >= ${LIMITS.lostLeases}), '[]') as lost
from own`;

/** A delivery that ended as `worker_lost`. */
export interface LostDelivery {
  deliveryId: string;
  eventId: string;
  webhookId: string;
  attempt: number;
}

interface HandedBack {
  count: number;
  lost: LostDelivery[];
}

/**
 * Gives groups of a living node back, e.g. when a broken connection hid whether they were committed.
 * Calling it again, or for groups that never were, changes nothing.
 *
 * @returns how many deliveries are up for others again
 */
export async function handBackGroups(
  pool: Pool,
  nodeId: string,
  numbers: readonly string[],
): Promise<number> {
  return await loggingTransaction(pool, async (client) => {
    const alive = await client.query('select from sydx.nodes where id = $1 for update', [nodeId]);
    if (alive.rowCount === 0) return 0;
    return (await handBack(client, nodeId, numbers, 0)).count;
  });
}

/**
 * Puts deliveries that wait in a living node's memory into the queue, while the rest of their groups
 * goes on there. Ending the node then finds them in the queue and lets them be; should another node
 * claim and finish one before, its row in the log says so.
 *
 * Their groups shrink in the same statement, so that what another node claims meanwhile is not taken
 * for ours again.
 */
export async function parkDeliveries(
  pool: Pool,
  nodeId: string,
  waiting: readonly Parked[],
): Promise<void> {
  if (waiting.length === 0) return;
  await pool.query(PARK, [
    nodeId,
    waiting.map((job) => job.deliveryId),
    waiting.map((job) => job.tenantNo),
    waiting.map((job) => job.eventId),
    waiting.map((job) => job.webhookId),
    waiting.map((job) => job.attempt),
    waiting.map((job) => job.lost),
    [...new Set(waiting.map((job) => job.group.number))],
  ]);
}

/** What parking needs to know of a delivery in memory. */
export interface Parked {
  deliveryId: string;
  tenantNo: number;
  eventId: string;
  webhookId: string;
  attempt: number;
  lost: number;
  group: { number: string };
}

const PARK = `
with me as materialized (
  select 1 from sydx.nodes where id = $1 for key share
), queued as (
  insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
  select w.webhook_id, clock_timestamp(), w.id, w.tenant_no, w.event_id, w.attempt, w.lost
  from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::smallint[], $7::smallint[])
    as w(id, tenant_no, event_id, webhook_id, attempt, lost)
  where exists (select from me)
), kept as materialized (
  select i.number, u.*
  from sydx.inflight i
  cross join lateral unnest(i.delivery_ids, i.tenant_nos, i.event_ids, i.webhook_ids, i.attempts, i.lost)
    as u(id, tenant_no, event_id, webhook_id, attempt, lost)
  where i.node_id = $1 and i.number = any($8::bigint[]) and not (u.id = any($2::bigint[]))
)
update sydx.inflight i set delivery_ids = coalesce(k.ids, '{}'), tenant_nos = coalesce(k.tenant_nos, '{}'),
  event_ids = coalesce(k.event_ids, '{}'), webhook_ids = coalesce(k.webhook_ids, '{}'),
  attempts = k.attempts, lost = k.lost
from unnest($8::bigint[]) as g(number)
left join (
  select number, array_agg(id) as ids, array_agg(tenant_no) as tenant_nos, array_agg(event_id) as event_ids,
    array_agg(webhook_id) as webhook_ids, array_agg(coalesce(attempt, 1::smallint)) as attempts,
    array_agg(coalesce(lost, 0::smallint)) as lost
  from kept group by number
) k on k.number = g.number
where i.node_id = $1 and i.number = g.number and exists (select from me)`;

/**
 * Ends a node: everything it holds goes back, then its row goes. Whatever it still wants to record
 * finds no row and changes nothing.
 *
 * @param lostLeases 1 when its lease ran out, 0 when it leaves in order
 * @returns how many deliveries went back; 0 too when the node is gone already
 */
export async function endNode(pool: Pool, nodeId: string, lostLeases: 0 | 1): Promise<number> {
  return await loggingTransaction(pool, async (client) => {
    const alive = await client.query('select from sydx.nodes where id = $1 for update', [nodeId]);
    return alive.rowCount === 0 ? 0 : (await bury(client, nodeId, lostLeases)).count;
  });
}

/**
 * Takes over from one node whose lease has run out, if there is one that nobody else is at. A lease that
 * ends later than any node asks for was given before PostgreSQL's clock was set back: it counts as over,
 * since a living node renews within a second.
 *
 * @returns the dead node's id, how many deliveries it had, and which of them ended by it; or null
 */
export async function takeOverOne(
  pool: Pool,
): Promise<{ nodeId: string; deliveryCount: number; lost: LostDelivery[] } | null> {
  return await loggingTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from sydx.nodes
       where until < clock_timestamp() or until > clock_timestamp() + interval '1 minute'
       order by until limit 1 for update skip locked`,
    );
    const nodeId = rows[0]?.id;
    if (nodeId === undefined) return null;
    const { count, lost } = await bury(client, nodeId, 1);
    return { nodeId, deliveryCount: count, lost };
  });
}

// A statement of its own, after the lock: its snapshot must hold every outcome recorded before it.
async function bury(client: PoolClient, nodeId: string, lostLeases: 0 | 1): Promise<HandedBack> {
  const handedBack = await handBack(client, nodeId, null, lostLeases);
  await client.query('delete from sydx.nodes where id = $1', [nodeId]);
  return handedBack;
}

async function handBack(
  client: PoolClient,
  nodeId: string,
  numbers: readonly string[] | null,
  lostLeases: 0 | 1,
): Promise<HandedBack> {
  const { rows } = await client.query<HandedBack>(HAND_BACK, [nodeId, numbers, lostLeases]);
  return rows[0] ?? { count: 0, lost: [] };
}
