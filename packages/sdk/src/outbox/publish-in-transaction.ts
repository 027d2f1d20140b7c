import { encodeJson } from '../publish/encode.ts';
import type { EventInput } from '../publish/event-input.ts';

/** The arguments of the SQL function `sydx.publish`, all as text: then no driver touches the JSON. */
export interface OutboxRow {
  readonly tenant: string;
  readonly type: string;
  /** JSON; its bytes and the order of its keys are what receivers get. */
  readonly data: string;
  readonly key: string | null;
  /** ISO 8601; null is the present moment. */
  readonly happenedAt: string | null;
}

/** Runs `sydx.publish` inside of the caller's transaction: see viaPg, viaKysely, viaDrizzle, viaPrisma. */
export interface OutboxTransaction {
  /** @returns the rows of `select sydx.publish(…)::text as number` */
  publish(row: OutboxRow): Promise<readonly unknown[]>;
}

/** An event to publish in a transaction: whose it is must be said. */
export type OutboxEvent<Own extends object = object> = WithTenant<EventInput<Own>>;

/** Of each member of the union by itself: then the compiler names the field that is wrong. */
type WithTenant<Event> = Event extends unknown ? Event & { tenantId: string } : never;

/**
 * Publishes an event when the caller's own transaction commits, and not when it rolls back: one
 * `select sydx.publish(…)` on the caller's connection. The schema comes from `npx sydx outbox install`.
 *
 *     await publishInTransaction(viaPg(client), { tenantId: 'acme', type: 'lead.assigned', data });
 *
 * What the function can check it refuses as the driver's own error (SQLSTATE SX001 to SX006), which aborts
 * the transaction. What the product refuses later is kept there as rejected, under this number.
 *
 * @returns the number of the outbox row, decimal
 * @throws PublishError `event_invalid`, and what the driver throws
 */
export async function publishInTransaction<Own extends object = object>(
  transaction: OutboxTransaction,
  event: OutboxEvent<NoInfer<Own>>,
): Promise<{ number: string }> {
  const { timestamp } = event;
  const [row] = await transaction.publish({
    tenant: event.tenantId,
    type: event.type,
    data: encodeJson(event.data),
    key: event.idempotencyKey ?? null,
    happenedAt: (timestamp instanceof Date ? timestamp.toISOString() : timestamp) ?? null,
  });
  return { number: String((row as { number?: unknown } | undefined)?.number) };
}
