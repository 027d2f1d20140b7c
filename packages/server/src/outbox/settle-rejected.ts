import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { ProblemError } from '../base/problem.ts';
import type { Engine } from '../engine/engine.ts';
import { type Actor, writeAudit } from '../store/audit-log.ts';
import {
  rejectAgain,
  type Rejection,
  type RejectedRowWithData,
  takeRejected,
} from '../store/outbox-rejected.ts';
import { tenantsById } from '../store/tenants.ts';
import { type Transaction, transaction } from '../store/transaction.ts';
import { accept, judgeRows } from './accept.ts';

/** It cannot be accepted now either: the transaction that tried is rolled back. */
class StillRejected extends Error {
  override readonly name = 'StillRejected';
  readonly why: Rejection;

  constructor(why: Rejection) {
    super(why.detail);
    this.why = why;
  }
}

interface Which {
  /** null: of any tenant, and of none. */
  readonly tenant: string | null;
  /** Decimal. */
  readonly id: string;
}

/**
 * Judges a rejected event again and publishes it, with the time that it has; it is rejected no more.
 *
 * @returns the event's decimal id, of an earlier one with the same idempotency key if there is one;
 *   null: there is no such rejected event
 * @throws ProblemError when it is still rejected, with the code and sentence of now
 */
export async function retryRejected(
  parts: { readonly engine: Pick<Engine, 'publishWith' | 'eventTypes'>; readonly pool: Pool },
  { tenant, id }: Which,
  by: Actor,
): Promise<string | null> {
  let isThere = false;
  let earlier: string | undefined;
  try {
    const ids = await parts.engine.publishWith(async (client) => {
      const row = await takeRejected(client, tenant, id);
      isThere = row !== null;
      if (row === null) return [];
      const judged = await judgeRows(client, [row], parts.engine.eventTypes, alone);
      const { events, repeatedIds, rejected } = await accept(client, judged);
      const [still] = rejected;
      if (still !== undefined) throw new StillRejected(still.why);
      [earlier] = repeatedIds;
      await audit(client, by, 'rejected_event.retried', row);
      return events;
    });
    if (!isThere) return null;
    const eventId = ids[0] ?? earlier;
    if (eventId === undefined) throw new Error('A rejected event was accepted and has no id.');
    return eventId;
  } catch (error) {
    if (!(error instanceof StillRejected)) throw error;
    const { code, detail, errors } = error.why;
    await rejectAgain(parts.pool, id, error.why);
    throw new ProblemError(code, { detail, errors, cause: error });
  }
}

/** The pace of one row: there is no second to ask for. */
const alone = (): Promise<boolean> => Promise.resolve(true);

/** Gives a rejected event up. @returns false when there is none */
export async function discardRejected(
  pool: Pool,
  { tenant, id }: Which,
  by: Actor,
): Promise<boolean> {
  return await transaction(pool, async (client) => {
    const row = await takeRejected(client, tenant, id);
    if (row === null) return false;
    await audit(client, by, 'rejected_event.discarded', row);
    return true;
  });
}

async function audit(
  client: Transaction,
  by: Actor,
  action: 'rejected_event.retried' | 'rejected_event.discarded',
  row: RejectedRowWithData,
): Promise<void> {
  const tenants = await tenantsById(client, new Set([row.tenant]));
  await writeAudit(client, by, {
    tenantNo: tenants.get(row.tenant)?.no ?? null,
    action,
    object: { kind: 'rejected_event', id: formatId('rej', row.id), name: row.type },
  });
}
