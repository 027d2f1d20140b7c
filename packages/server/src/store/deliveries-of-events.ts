import type { Pool } from 'pg';
import type { DeliveryStatusName } from './delivery-status.ts';

export interface EventDelivery {
  event_id: string;
  id: string;
  webhook_id: string;
  webhook_name: string;
  status: DeliveryStatusName;
}

/**
 * What events led to, wherever it is by now: originals by the milliseconds that they share with their
 * event, the others by their row in `redeliveries`. Every step is a probe of a primary key (in the
 * queue of its unique index by tenant), one a distinct millisecond and one a redelivery. One
 * statement, so that nothing is missed or seen twice while it moves from queue to log.
 */
const OF_EVENTS = `
with moment as materialized (
  select distinct (id >> 22) << 22 as low from unnest($2::bigint[]) as id
), again as materialized (
  select event_id, delivery_id from sydx.redeliveries where event_id = any($2::bigint[])
), found as (
  select l.* from moment m cross join lateral (
    select event_id, id, webhook_id, status from sydx.deliveries
    where tenant_no = $1 and id >= m.low and id < m.low + 4194304 and event_id = any($2::bigint[])
    offset 0
  ) l
  union all
  select l.* from again a cross join lateral (
    select event_id, id, webhook_id, status from sydx.deliveries
    where tenant_no = $1 and id = a.delivery_id and a.delivery_id >> 22 <> a.event_id >> 22
    offset 0
  ) l
  union all
  select q.* from moment m cross join lateral (
    select event_id, id, webhook_id, null::smallint from sydx.queue
    where tenant_no = $1 and id >= m.low and id < m.low + 4194304 and event_id = any($2::bigint[])
    offset 0
  ) q
  union all
  select q.* from again a cross join lateral (
    select event_id, id, webhook_id, null::smallint from sydx.queue
    where tenant_no = $1 and id = a.delivery_id and a.delivery_id >> 22 <> a.event_id >> 22
    offset 0
  ) q
  union all
  select event_id, id, webhook_id, null::smallint from sydx.pending_deliveries
  where tenant_no = $1 and node_id is not null and event_id = any($2::bigint[])
)
select f.event_id, f.id, f.webhook_id,
  (select name from sydx.webhooks w where w.id = f.webhook_id) as webhook_name,
  case f.status when 1 then 'success' when 2 then 'failed' when 3 then 'cancelled' else 'pending' end
    as status
from found f order by f.id`;

/** @param eventIds decimal, of this tenant @returns oldest first */
export async function deliveriesOfEvents(
  pool: Pool,
  tenantNo: number,
  eventIds: readonly string[],
): Promise<EventDelivery[]> {
  if (eventIds.length === 0) return [];
  const { rows } = await pool.query<EventDelivery>(OF_EVENTS, [tenantNo, eventIds]);
  return rows;
}
