import { int4Array, int8Array, textArray } from './arrays.ts';
import { type Refusals, refusedValues } from './publish-events.ts';
import type { Transaction } from './transaction.ts';

/** What the product tells of a webhook. */
export interface OperationalEvent {
  tenantNo: number;
  type: string;
  body: string;
  /** The webhook that it is about, which never gets it, whatever it subscribes to. */
  webhookId: string;
}

/**
 * Operational events with their deliveries, into the queue, in somebody's transaction. One that nobody
 * else subscribes to is not kept: there is nobody to tell.
 *
 * As when publishing, an event and its deliveries share their milliseconds.
 *
 * @param refusals what filters refused
 * @returns the types of the events that were kept, and how many deliveries are up
 */
export async function publishOperational(
  transaction: Transaction,
  events: readonly OperationalEvent[],
  refusals: Refusals,
): Promise<{ types: string[]; deliveryCount: number }> {
  const { rows } = await transaction.query<{ types: string[]; count: number }>(
    `with moment as materialized (
       select ((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000) << 22 as base
     ), refused as materialized (
       select r.n::bigint as n, r.webhook_id
       from unnest($5::int[], $6::bigint[], $7::bigint[]) as r(n, webhook_id, filter_version)
       join sydx.webhooks w on w.id = r.webhook_id and w.filter_version = r.filter_version
     ), event as materialized (
       select m.base | (nextval('sydx.id_seq') & 4194303) as id, i.*
       from moment m
       cross join unnest($1::int[], $2::text[], $3::text[], $4::bigint[])
         with ordinality as i(tenant_no, type, body, about, n)
       where exists (
         select from sydx.subscriptions s
         where s.tenant_no = i.tenant_no and s.type = i.type and s.webhook_id <> i.about
           and (i.n, s.webhook_id) not in (select n, webhook_id from refused)
       )
     ), stored as (
       insert into sydx.events (id, tenant_no, type, body) select id, tenant_no, type, body from event
     ), waiting as (
       insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
       select s.webhook_id, clock_timestamp(), m.base | (nextval('sydx.id_seq') & 4194303),
         e.tenant_no, e.id, 1, 0
       from moment m
       cross join event e
       join sydx.subscriptions s on s.tenant_no = e.tenant_no and s.type = e.type
         and s.webhook_id <> e.about
       where (e.n, s.webhook_id) not in (select n, webhook_id from refused)
       returning 1
     )
     select coalesce((select array_agg(type) from event), '{}') as types,
       (select count(*)::int from waiting) as count`,
    [
      int4Array(events.map((event) => event.tenantNo)),
      textArray(events.map((event) => event.type)),
      textArray(events.map((event) => event.body)),
      int8Array(events.map((event) => event.webhookId)),
      ...refusedValues(refusals),
    ],
  );
  return { types: rows[0]?.types ?? [], deliveryCount: rows[0]?.count ?? 0 };
}
