import { LIMITS } from '@sydx/contract';
import type { ClientBase, Pool, QueryResult } from 'pg';
import { int4Array, int8Array, textArray, uuidArray } from './arrays.ts';

/** One accepted event on its way into the database. */
export interface NewEvent {
  tenantNo: number;
  type: string;
  /** The exact bytes that every receiver will get. */
  body: string;
  /** The producer's idempotency key: hex MD5 of whose it is, and of what was given with it. */
  key?: { key: string; content: string } | undefined;
  /** Something that a source must not say again (hex MD5), such as a sent message's id. */
  mark?: string | undefined;
  /** A contact that this event speaks of, learned for sources. */
  contact?: { identifier: string; name: string | null } | undefined;
}

/** Who takes the deliveries in the same statement; null leaves them all in the queue. */
export interface Lessee {
  nodeId: string;
  /** Number of the group within the node, chosen by the node: it can ask about it after a broken connection. */
  number: string;
  /** Webhooks this node has no room for; their deliveries go to the queue. */
  saturated: string[];
  /** How many deliveries it takes at most, however many webhooks the events go to; all when left out. */
  limit?: number;
}

/** Deliveries that filters refused: parallel arrays. `eventIndexes` points into what is given. */
export interface Refusals {
  eventIndexes: number[];
  webhookIds: string[];
  /** The filter that refused: another one has no say. */
  filterVersions: string[];
}

export interface Published {
  /** In the order given. */
  eventIds: string[];
  /** Deliveries leased to the node: parallel arrays. `eventIndexes` points into what was given. */
  deliveryIds: string[];
  eventIndexes: number[];
  webhookIds: string[];
  /** How many deliveries were left in the queue. */
  queuedCount: number;
}

/**
 * Events, matching and deliveries in one statement, so in one transaction: what is committed is
 * exactly what the subscriptions were at that moment. Joins by subscriptions' primary key; writes one
 * row of events per event and one inflight row per call, which is why fan-out costs 9 µs a delivery
 * and not 25.
 *
 * Event and delivery ids of one call share their milliseconds: an event's own deliveries are found
 * through the log's primary key, without an index by event.
 */
const core = (refusedAt: number | null) => `
with moment as materialized (
  select ((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000) << 22 as base
), event as materialized (
  select m.base | (nextval('sydx.id_seq') & 4194303) as id, i.tenant_no, i.type, i.body, i.n
  from moment m
  cross join unnest($1::int[], $2::text[], $3::text[]) with ordinality as i(tenant_no, type, body, n)
), stored as (
  insert into sydx.events (id, tenant_no, type, body)
  select id, tenant_no, type, body from event
)${refusedAt === null ? '' : refused(refusedAt)}, delivery as materialized (
  select m.base | (nextval('sydx.id_seq') & 4194303) as id, e.id as event_id, e.tenant_no, e.n,
    s.webhook_id, ($4::bigint is null or s.webhook_id = any($6::bigint[])
      or row_number() over () > $7::int) as queued
  from moment m
  cross join event e
  join sydx.subscriptions s on s.tenant_no = e.tenant_no and s.type = e.type${refusedAt === null ? '' : UNLESS_REFUSED}
), leased as (
  insert into sydx.inflight (node_id, number, delivery_ids, event_ids, webhook_ids, tenant_nos)
  select $4, $5, array_agg(id), array_agg(event_id), array_agg(webhook_id), array_agg(tenant_no)
  from delivery where not queued having count(*) > 0
), waiting as (
  insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
  select webhook_id, clock_timestamp(), id, tenant_no, event_id, 1, 0 from delivery where queued
)`;

/**
 * What the node's filters refused, as far as they are the ones that hold at this moment: a filter that
 * was changed meanwhile drops nothing. One probe of webhooks' primary key for each. Asked only when
 * there is a refusal; without one, and so without any filter, the statement does not know of filters.
 */
const refused = (first: number) => `, refused as materialized (
  select r.n::bigint as n, r.webhook_id
  from unnest($${first}::int[], $${first + 1}::bigint[], $${first + 2}::bigint[])
    as r(n, webhook_id, filter_version)
  join sydx.webhooks w on w.id = r.webhook_id and w.filter_version = r.filter_version
)`;

// Not a join: a subquery like this is hashed, whatever the planner believes of its size.
const UNLESS_REFUSED = `
  where (e.n, s.webhook_id) not in (select n, webhook_id from refused)`;

// In the order of the keys, so that two statements with the same keys wait for each other in turn.
const KEPT = `, keyed as (
  insert into sydx.idempotency_keys (key, event_id, content, expires_at)
  select k.key, e.id, k.content, clock_timestamp() + interval '${LIMITS.idempotencyKeySeconds} seconds'
  from unnest($8::uuid[], $9::uuid[], $10::int[]) as k(key, content, n) join event e on e.n = k.n
  order by k.key
), marked as (
  insert into sydx.idempotency_keys (key, expires_at)
  select distinct m.key, statement_timestamp() + interval '8 days' from unnest($11::uuid[]) as m(key)
  order by m.key
  on conflict (key) do nothing
), met as (
  insert into sydx.contacts (tenant_no, identifier, name)
  select distinct on (c.tenant_no, c.identifier) c.tenant_no, c.identifier, c.name
  from unnest($12::int[], $13::text[], $14::text[]) with ordinality as c(tenant_no, identifier, name, n)
  order by c.tenant_no, c.identifier, c.n desc
  on conflict (tenant_no, identifier) do update set name = excluded.name
    where excluded.name is not null and contacts.name is distinct from excluded.name
)`;

const ANSWER = `
select (select string_agg(id::text, ',' order by n) from event) as event_ids,
  string_agg(id::text, ',') filter (where not queued) as delivery_ids,
  string_agg(n::text, ',') filter (where not queued) as numbers,
  string_agg(webhook_id::text, ',') filter (where not queued) as webhook_ids,
  count(*) filter (where queued)::int as queued_count
from delivery`;

const CORE = core(null);
const STATEMENTS = {
  publish: CORE + ANSWER,
  'publish-kept': CORE + KEPT + ANSWER,
  'publish-filtered': core(8) + ANSWER,
  'publish-kept-filtered': core(15) + KEPT + ANSWER,
};

const MANY = 2_147_483_647;

interface Row {
  event_ids: string;
  delivery_ids: string | null;
  numbers: string | null;
  webhook_ids: string | null;
  queued_count: number;
}

/**
 * @param lessee the node that delivers what it has room for, or null
 * @param refusals what filters refused; null: nothing
 * @throws the driver's error: 23505 when an idempotency key was taken meanwhile, 23503 when the node
 *   was declared dead, 23514 when no partition holds this day, connection errors
 */
export async function publishEvents(
  database: Pool | ClientBase,
  events: readonly NewEvent[],
  lessee: Lessee | null,
  refusals: Refusals | null = null,
): Promise<Published> {
  const values: unknown[] = [
    int4Array(events.map((event) => event.tenantNo)),
    textArray(events.map((event) => event.type)),
    textArray(events.map((event) => event.body)),
    lessee?.nodeId ?? null,
    lessee?.number ?? null,
    int8Array(lessee?.saturated ?? []),
    lessee?.limit ?? MANY,
  ];
  const keeps = events.some((event) => event.key ?? event.mark ?? event.contact);
  if (keeps) values.push(...keptValues(events));
  if (refusals !== null) values.push(...refusedValues(refusals));
  const name = `publish${keeps ? '-kept' : ''}${refusals === null ? '' : '-filtered'}` as const;
  const result: QueryResult<Row> = await database.query({ name, text: STATEMENTS[name], values });
  const row = result.rows[0];
  if (row === undefined) throw new Error('Publishing answered no row.');
  return {
    eventIds: list(row.event_ids),
    deliveryIds: list(row.delivery_ids),
    eventIndexes: list(row.numbers).map((number) => Number(number) - 1),
    webhookIds: list(row.webhook_ids),
    queuedCount: row.queued_count,
  };
}

/** Also for publishing operational events. */
export function refusedValues(refusals: Refusals): Buffer[] {
  return [
    int4Array(refusals.eventIndexes.map((index) => index + 1)),
    int8Array(refusals.webhookIds),
    int8Array(refusals.filterVersions),
  ];
}

function keptValues(events: readonly NewEvent[]): Buffer[] {
  const keys: string[] = [];
  const contents: string[] = [];
  const numbers: number[] = [];
  const marks: string[] = [];
  const tenantNos: number[] = [];
  const identifiers: string[] = [];
  const names: (string | null)[] = [];
  for (const [index, event] of events.entries()) {
    if (event.key !== undefined) {
      keys.push(event.key.key);
      contents.push(event.key.content);
      numbers.push(index + 1);
    }
    if (event.mark !== undefined) marks.push(event.mark);
    if (event.contact !== undefined) {
      tenantNos.push(event.tenantNo);
      identifiers.push(event.contact.identifier);
      names.push(event.contact.name);
    }
  }
  return [
    uuidArray(keys),
    uuidArray(contents),
    int4Array(numbers),
    uuidArray(marks),
    int4Array(tenantNos),
    textArray(identifiers),
    textArray(names),
  ];
}

function list(joined: string | null): string[] {
  return joined === null ? [] : joined.split(',');
}
