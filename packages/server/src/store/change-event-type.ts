import type { AuditAction } from '@sydx/contract';
import type { Pool } from 'pg';
import { type Actor, type Change, changesBetween, writeAudit } from './audit-log.ts';
import { EVENT_TYPE_COLUMNS, type EventTypeRow, findEventType } from './event-types.ts';
import { type Transaction, transaction } from './transaction.ts';

/** What an event type says; of a change, what is left out stays. */
export interface EventTypeContent {
  readonly description: string;
  readonly schema: object;
  readonly sample: object;
}

export interface NewEventType extends EventTypeContent {
  /** Null: the operator's, for every tenant. */
  readonly tenantNo: number | null;
  readonly type: string;
}

/**
 * Registers an event type. Requests at the same moment come one after the other, so that the limit is
 * exact; nobody who publishes waits for them.
 *
 * @returns `full` with as many as there may be, `taken` by one of this name that the tenant knows
 */
export async function createEventType(
  pool: Pool,
  given: NewEventType,
  limit: number,
  by: Actor,
): Promise<EventTypeRow | 'full' | 'taken'> {
  const { tenantNo, type, description } = given;
  return await transaction(pool, async (client) => {
    await client.query('lock table sydx.event_types in share row exclusive mode');
    if ((await findEventType(client, tenantNo, type)) !== null) return 'taken';
    const { rows: counts } = await client.query<{ count: number }>(
      'select count(*)::int as count from sydx.event_types where tenant_no is not distinct from $1',
      [tenantNo],
    );
    if ((counts[0]?.count ?? 0) >= limit) return 'full';
    const { rows } = await client.query<EventTypeRow>(
      `insert into sydx.event_types (tenant_no, type, description, schema, sample)
      values ($1, $2, $3, $4, $5) returning ${EVENT_TYPE_COLUMNS}`,
      [tenantNo, type, description, JSON.stringify(given.schema), JSON.stringify(given.sample)],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Registering an event type answered no row.');
    await audit(client, by, 'event_type.created', row, changesBetween(null, told(row)));
    return row;
  });
}

/**
 * Changes an event type under its row's lock. Events that are stored stay as they are.
 *
 * @param decide gets what is stored; what it throws leaves the event type as it was
 * @returns null when there is none of this owner
 */
export async function changeEventType(
  pool: Pool,
  tenantNo: number | null,
  type: string,
  decide: (stored: EventTypeContent) => EventTypeContent,
  by: Actor,
): Promise<EventTypeRow | null> {
  return await transaction(pool, async (client) => {
    const before = await lock(client, tenantNo, type);
    if (before === null) return null;
    const { description, schema, sample } = decide(before);
    const { rows } = await client.query<EventTypeRow>(
      `update sydx.event_types set description = $2, schema = $3, sample = $4,
        version = version + 1, updated_at = clock_timestamp()
      where id = $1 returning ${EVENT_TYPE_COLUMNS}`,
      [before.id, description, JSON.stringify(schema), JSON.stringify(sample)],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Changing a locked event type answered no row.');
    const changes = changesBetween(told(before), told(row));
    if (changes.length > 0) await audit(client, by, 'event_type.changed', row, changes);
    return row;
  });
}

/** A webhook that subscribes to an event type. */
export interface Subscriber {
  readonly name: string;
  readonly tenant_no: number;
}

/**
 * Deletes an event type that no webhook subscribes to, enabled or not. What was published stays.
 *
 * @returns null when there is none of this owner; who subscribes, when somebody does and nothing was done
 */
export async function deleteEventType(
  pool: Pool,
  tenantNo: number | null,
  type: string,
  by: Actor,
): Promise<readonly Subscriber[] | null> {
  return await transaction(pool, async (client) => {
    // For update: whoever is about to subscribe either holds it, and is seen below, or finds none.
    const before = await lock(client, tenantNo, type);
    if (before === null) return null;
    const { rows: subscribers } = await client.query<Subscriber>(
      `select name, tenant_no from sydx.webhooks w
      where deleted_at is null and $2 = any(events)
        and (tenant_no = $1 or $1::int is null and not exists (
          select from sydx.event_types own where own.tenant_no = w.tenant_no and own.type = $2))
      order by id`,
      [tenantNo, type],
    );
    if (subscribers.length > 0) return subscribers;
    await client.query('delete from sydx.event_types where id = $1', [before.id]);
    await audit(client, by, 'event_type.deleted', before, changesBetween(told(before), null));
    return [];
  });
}

async function lock(
  client: Transaction,
  tenantNo: number | null,
  type: string,
): Promise<EventTypeRow | null> {
  const { rows } = await client.query<EventTypeRow>(
    `select ${EVENT_TYPE_COLUMNS} from sydx.event_types
    where ${tenantNo === null ? 'tenant_no is null and $1::int is null' : 'tenant_no = $1'}
      and type = $2 for update`,
    [tenantNo, type],
  );
  return rows[0] ?? null;
}

/** As text: a JSON value may hold characters that jsonb refuses. */
function told({ description, schema, sample }: EventTypeRow): Record<string, string> {
  return { description, schema: JSON.stringify(schema), sample: JSON.stringify(sample) };
}

async function audit(
  client: Transaction,
  by: Actor,
  action: Extract<AuditAction, `event_type.${string}`>,
  { tenant_no: tenantNo, type }: EventTypeRow,
  changes: readonly Change[],
): Promise<void> {
  const object = { kind: 'event_type', id: type, name: type } as const;
  await writeAudit(client, by, { tenantNo, action, object, changes });
}
