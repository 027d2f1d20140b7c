import { isCustomEventTypeName, PROBLEMS } from '@sydx/contract';
import type { EventTypes } from '../engine/event-type-book.ts';
import { planRequests } from '../engine/repeats.ts';
import { findKeys } from '../store/idempotency.ts';
import type { Rejection } from '../store/outbox-rejected.ts';
import type { NewEvent } from '../store/publish-events.ts';
import { tenantsById } from '../store/tenants.ts';
import type { Transaction } from '../store/transaction.ts';
import { type Given, judge, type Verdict } from './judge.ts';

export interface Accepted<Row> {
  /** What is new, in the order given. */
  readonly events: readonly NewEvent[];
  /** What was accepted before, under the same idempotency key with the same content. */
  readonly repeats: number;
  /** Decimal ids that those have, as far as they are on disk. */
  readonly repeatedIds: readonly string[];
  readonly rejected: readonly { readonly row: Row; readonly why: Rejection }[];
}

export interface Judged<Row> {
  readonly row: Row;
  readonly verdict: Verdict;
}

/** Asked before each row but the first; lets others have a turn. @returns whether there is time for it */
export type Pace = () => Promise<boolean>;

/**
 * Judges what came out of an outbox, each by itself: a bad one refuses no other. Reads tenants and
 * registered event types in the transaction that publishes.
 *
 * @returns the rows, or the first of them: what there was time for, at least one
 */
export async function judgeRows<Row extends Given>(
  transaction: Transaction,
  rows: readonly Row[],
  eventTypes: EventTypes,
  pace: Pace,
): Promise<Judged<Row>[]> {
  const tenants = await tenantsById(transaction, new Set(rows.map(({ tenant }) => tenant)));
  const typed = (row: Row) => ({ tenantNo: tenants.get(row.tenant)?.no ?? 0, type: row.type });
  const registered = rows.filter((row) => isCustomEventTypeName(row.type));
  const schemaOf = await eventTypes.schemasWithin(transaction, registered.map(typed));
  const judged: Judged<Row>[] = [];
  for (const row of rows) {
    // Schemas that people wrote may take their time.
    if (judged.length > 0 && !(await pace())) break;
    judged.push({ row, verdict: judge(row, tenants.get(row.tenant), schemaOf(typed(row))) });
  }
  return judged;
}

/**
 * Sorts what was judged into what is to be published and what is rejected, by the idempotency keys that
 * the transaction reads.
 */
export async function accept<Row extends Given>(
  transaction: Transaction,
  judged: readonly Judged<Row>[],
): Promise<Accepted<Row>> {
  const rejected: { row: Row; why: Rejection }[] = [];
  const good: { row: Row; event: NewEvent }[] = [];
  for (const { row, verdict } of judged) {
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
