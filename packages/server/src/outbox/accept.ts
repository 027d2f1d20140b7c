import { setImmediate as aTurn } from 'node:timers/promises';
import { isCustomEventTypeName, JudgingEffort, LIMITS, PROBLEMS } from '@sydx/contract';
import type { EventTypes } from '../engine/event-type-book.ts';
import { planRequests } from '../engine/repeats.ts';
import { findKeys } from '../store/idempotency.ts';
import type { Rejection } from '../store/outbox-rejected.ts';
import type { NewEvent } from '../store/publish-events.ts';
import { tenantsById } from '../store/tenants.ts';
import type { Transaction } from '../store/transaction.ts';
import { type Given, judge } from './judge.ts';

export interface Accepted<Row> {
  /** What is new, in the order given. */
  readonly events: readonly NewEvent[];
  /** What was accepted before, under the same idempotency key with the same content. */
  readonly repeats: number;
  /** Decimal ids that those have, as far as they are on disk. */
  readonly repeatedIds: readonly string[];
  readonly rejected: readonly { readonly row: Row; readonly why: Rejection }[];
}

/**
 * Sorts what came out of an outbox into what is to be published and what is rejected, each by itself:
 * a bad one refuses no other. Reads tenants, registered event types and idempotency keys in the
 * transaction that publishes.
 */
export async function accept<Row extends Given>(
  transaction: Transaction,
  rows: readonly Row[],
  eventTypes: EventTypes,
): Promise<Accepted<Row>> {
  const tenants = await tenantsById(transaction, new Set(rows.map(({ tenant }) => tenant)));
  const rejected: { row: Row; why: Rejection }[] = [];
  const good: { row: Row; event: NewEvent }[] = [];
  const typed = (row: Row) => ({ tenantNo: tenants.get(row.tenant)?.no ?? 0, type: row.type });
  const registered = rows.filter((row) => isCustomEventTypeName(row.type));
  const schemaOf = await eventTypes.schemasWithin(transaction, registered.map(typed));
  let steps = 0;
  for (const row of rows) {
    // Schemas that people wrote may take their time: others get theirs in between.
    if (steps > LIMITS.judgingStepsPerEvent) {
      steps = 0;
      await aTurn();
    }
    const effort = new JudgingEffort();
    const verdict = judge(row, tenants.get(row.tenant), schemaOf(typed(row)), effort);
    steps += effort.spent;
    if (verdict.ok) good.push({ row, event: verdict.event });
    else rejected.push({ row, why: verdict.why });
  }
  const keys = good.flatMap(({ event }) => event.key?.key ?? []);
  const known = keys.length === 0 ? new Map() : await findKeys(transaction, keys);
  let refused = 0;
  const repeatedIds: string[] = [];
  const requests = good.map(({ row, event }) => ({
    events: [event],
    // Ids of what is new are not known yet.
    resolve: (ids: string[]) => void repeatedIds.push(...ids.filter((id) => id !== '')),
    reject: () => {
      refused += 1;
      rejected.push({ row, why: CONFLICT });
    },
  }));
  const plan = planRequests(requests, known);
  for (const answer of plan.answers) answer([]);
  const repeats = good.length - refused - plan.events.length;
  return { events: plan.events, repeats, repeatedIds, rejected };
}

const CONFLICT: Rejection = {
  code: 'idempotency_conflict',
  detail: PROBLEMS.idempotency_conflict.hint,
  errors: [{ pointer: '/idempotencyKey', detail: 'was used before with another content' }],
};
