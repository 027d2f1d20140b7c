import type { Actor } from '../store/audit-log.ts';
import type { NewEvent } from '../store/publish-events.ts';
import type { Transaction } from '../store/transaction.ts';
import type { EventTypes } from './event-type-book.ts';

/** A webhook as a Test needs it. */
export interface TestedWebhook {
  /** Decimal. */
  readonly id: string;
  readonly name?: string;
  readonly tenantNo: number;
  /** The readable id, which the body carries. */
  readonly tenantId: string;
}

/** What API and sources may ask of the product's heart. */
export interface Engine {
  /** The event types that were registered beside the catalogue. */
  readonly eventTypes: EventTypes;
  /**
   * Commits events with their deliveries. All or nothing; events that share an idempotency key with
   * an earlier one of the same content answer that one's id and add nothing.
   *
   * @param events of one request, at least one
   * @returns decimal event ids in the order given, once they are on disk
   * @throws IdempotencyConflict, Overloaded, ShuttingDown, or the driver's error (see isDatabaseAway)
   */
  publish(events: readonly NewEvent[]): Promise<string[]>;
  /**
   * Publishes in a transaction that also reads and writes what the events depend on, such as which
   * contacts are known. Rolled back whole when `prepare` throws.
   *
   * @param prepare gives the events; it may be called again when the node was declared dead meanwhile
   * @param options `canWait`: nobody waits for an answer, so it may lean back while deliveries are behind
   * @returns decimal event ids in the order given, once all of it is on disk
   * @throws ShuttingDown, what `prepare` throws, or the driver's error
   */
  publishWith(
    prepare: (transaction: Transaction) => Promise<readonly NewEvent[]>,
    options?: { readonly canWait?: boolean },
  ): Promise<string[]>;
  /**
   * Sends test.ping to a webhook now, one attempt, and waits until its outcome is recorded.
   *
   * @param by who pressed it, for the audit log
   * @returns the finished delivery's decimal id
   */
  test(webhook: TestedWebhook, by?: Actor): Promise<string>;
  /**
   * Tells that webhooks changed, and waits until every living node works with this version or the
   * second has passed after which nodes refuse older settings.
   */
  settingsChanged(version: string): Promise<void>;
  /** Tells that the queue holds something due, committed by a statement other than publish. */
  wake(): void;
}
