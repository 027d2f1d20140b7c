import type { Pool } from 'pg';
import { type DeliveryStatusName, statusLiteral, statusName } from './delivery-status.ts';
import { type IdRange, momentOf } from './id-range.ts';
import { FARTHEST, type Found, search, type Searched } from './search-bound.ts';

/** One delivery as lists show it, wherever it is by now. */
export interface DeliveryRow {
  id: string;
  tenant_no: number;
  event_id: string;
  webhook_id: string;
  webhook_name: string;
  type: string;
  status: DeliveryStatusName;
  /** Attempts made so far. */
  attempt_count: number;
  /** Of the last attempt, as error and duration_ms. */
  status_code: number | null;
  error: string | null;
  duration_ms: number | null;
  /** When a waiting delivery is due; null when it is under way or final. */
  due: Date | null;
  finished_at: Date | null;
}

export interface DeliveryFilter {
  tenantNo: number;
  range: IdRange;
  webhookId?: string | undefined;
  eventId?: string | undefined;
  type?: string | undefined;
  status?: DeliveryStatusName | undefined;
}

type StoredRow = Omit<DeliveryRow, 'status'> & { status: number | null };

/** Collects values and names their places. */
class Values {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/**
 * A page of deliveries, newest first: the log and what is pending, each cut to a page by its own
 * index, in one statement and so in one snapshot. A delivery that moves from pending to the log keeps
 * its id: no page shows it twice and none leaves it out.
 *
 * Indexes: the log's primary key; deliveries_by_webhook for one webhook; deliveries_not_successful for
 * failed and cancelled; an event's own milliseconds and `redeliveries` for one event. None knows event
 * types: see searchDeliveries. Not prepared: the plan depends on the filter's values.
 */
export async function listDeliveries(
  pool: Pool,
  filter: DeliveryFilter & { limit: number },
): Promise<DeliveryRow[]> {
  const values = new Values();
  const text = pageStatement(filter, values);
  const { rows } = await pool.query<StoredRow>(text, values.list);
  return rows.map(toDelivery);
}

/**
 * A page as listDeliveries reads it. Where rows may have to be skipped it looks at so many at most, and may
 * hold less than asked for and say where to go on: a type that occurs nowhere would be looked for in all of
 * the log, and what was cancelled among all that failed, which one index holds. What is pending belongs to
 * the same stretch of ids.
 *
 * @param farthest rows to look at; by the index that is read unless told
 */
export async function searchDeliveries(
  pool: Pool,
  filter: DeliveryFilter & { limit: number },
  farthest?: number,
): Promise<Found<DeliveryRow>> {
  const { tenantNo, webhookId, eventId, type, status, range, limit } = filter;
  const isNotSuccessful = status === 'failed' || status === 'cancelled';
  const skips = type !== undefined || isNotSuccessful;
  // An event has few deliveries, and none of what is pending is in the log.
  if (!skips || eventId !== undefined || status === 'pending') {
    return { rows: await listDeliveries(pool, filter), searchedTo: null };
  }
  const searched = { table: 'deliveries', tenantNo, webhookId, isNotSuccessful, range } as const;
  const bounds = { limit, farthest: farthest ?? farthestOf(searched) };
  return await search(pool, searched, bounds, (stretch) =>
    listDeliveries(pool, { ...filter, range: stretch }),
  );
}

function farthestOf({ webhookId, isNotSuccessful }: Searched): number {
  if (isNotSuccessful === true) return FARTHEST.notSuccessful;
  return webhookId === undefined ? FARTHEST.deliveries : FARTHEST.ofWebhook;
}

/** The statement of listDeliveries, for tests that ask for its plan. */
export function deliveriesPage(filter: DeliveryFilter & { limit: number }): {
  text: string;
  values: unknown[];
} {
  const values = new Values();
  return { text: pageStatement(filter, values), values: values.list };
}

/** @returns the delivery, or null when it is another tenant's, unknown or past retention */
export async function readDelivery(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<DeliveryRow | null> {
  const range = { low: id, high: (BigInt(id) + 1n).toString() };
  const rows = await listDeliveries(pool, { tenantNo, range, limit: 1 });
  return rows[0] ?? null;
}

function toDelivery(row: StoredRow): DeliveryRow {
  return { ...row, status: statusName(row.status) };
}

function pageStatement(filter: DeliveryFilter & { limit: number }, values: Values): string {
  const shared = {
    tenant: values.add(filter.tenantNo),
    low: values.add(filter.range.low),
    high: values.add(filter.range.high),
    limit: values.add(filter.limit),
    webhook: filter.webhookId === undefined ? null : values.add(filter.webhookId),
    event: filter.eventId === undefined ? null : eventPlaces(filter.eventId, values),
    type: filter.type === undefined ? null : values.add(filter.type),
  };
  const branches: string[] = [];
  if (filter.status !== 'pending') branches.push(logBranch(shared, filter.status));
  if (filter.status === undefined || filter.status === 'pending') {
    branches.push(pendingBranch(shared));
  }
  return `
select d.id, d.tenant_no, d.event_id, d.webhook_id, w.name as webhook_name, d.type, d.status,
  d.attempt_count, coalesce(d.status_code, a.status_code) as status_code,
  coalesce(d.error, a.error) as error, coalesce(d.duration_ms, a.duration_ms) as duration_ms,
  d.due, d.finished_at
from (${branches.join(' union all ')} order by id desc limit ${shared.limit}) d
left join lateral (select name from sydx.webhooks where id = d.webhook_id limit 1) w on true
left join lateral (
  select status_code, error, duration_ms from sydx.attempts
  where d.status is null and delivery_id = d.id and number = d.attempt_count limit 1
) a on true
order by d.id desc`;
}

interface EventPlaces {
  id: string;
  low: string;
  high: string;
}

interface Places {
  tenant: string;
  low: string;
  high: string;
  limit: string;
  webhook: string | null;
  event: EventPlaces | null;
  type: string | null;
}

function eventPlaces(eventId: string, values: Values): EventPlaces {
  const moment = momentOf(eventId);
  return { id: values.add(eventId), low: values.add(moment.low), high: values.add(moment.high) };
}

function logBranch(places: Places, status: DeliveryStatusName | undefined): string {
  const { tenant, event } = places;
  const table =
    event === null
      ? 'sydx.deliveries'
      : `(
    select * from sydx.deliveries
    where tenant_no = ${tenant} and id >= ${event.low} and id < ${event.high} and event_id = ${event.id}
    union all
    select l.* from sydx.redeliveries r cross join lateral (
      select * from sydx.deliveries where tenant_no = ${tenant} and id = r.delivery_id limit 1
    ) l
    where r.event_id = ${event.id} and not (r.delivery_id >= ${event.low} and r.delivery_id < ${event.high})
  )`;
  const wanted =
    status === undefined || status === 'pending' ? '' : `and d.status = ${statusLiteral(status)}`;
  return `select * from (
  select d.id, d.tenant_no, d.event_id, d.webhook_id, d.type, d.status, d.attempt_count, d.status_code,
    d.error, d.duration_ms, null::timestamptz as due, d.finished_at
  from ${table} d
  where d.tenant_no = ${tenant} and d.id >= ${places.low} and d.id < ${places.high} ${wanted}
    ${places.webhook === null ? '' : `and d.webhook_id = ${places.webhook}`}
    ${places.type === null ? '' : `and d.type = ${places.type}`}
  order by d.id desc limit ${places.limit}) log`;
}

function pendingBranch(places: Places): string {
  const { tenant, event } = places;
  const ofEvent =
    event === null
      ? ''
      : `and p.event_id = ${event.id}
      and ((p.id >= ${event.low} and p.id < ${event.high})
        or p.id = any(array(select delivery_id from sydx.redeliveries where event_id = ${event.id})))`;
  const rows = `
    from sydx.pending_deliveries p
    ${
      places.type === null
        ? ''
        : `join sydx.events e on e.tenant_no = p.tenant_no and e.id = p.event_id
      and e.type = ${places.type}`
    }
    where p.tenant_no = ${tenant} and p.id >= ${places.low} and p.id < ${places.high} ${ofEvent}
      ${places.webhook === null ? '' : `and p.webhook_id = ${places.webhook}`}`;
  return `
  select p.id, p.tenant_no, p.event_id, p.webhook_id,
    (select type from sydx.events where tenant_no = p.tenant_no and id = p.event_id) as type,
    null::smallint as status, (p.attempt - 1)::smallint as attempt_count, null::smallint as status_code,
    null::text as error, null::int as duration_ms, p.due, null::timestamptz as finished_at
  from (select p.* ${rows} order by p.id desc limit ${places.limit}) p`;
}
