import type { Pool } from 'pg';
import { haveEndedBelow, lastOutboxNumber, nextTransactionId } from '../store/outbox-rows.ts';

/** How often a higher floor is looked for; as often a read goes without one. */
const EVERY_MS = 1_000;

/**
 * Below which number an outbox holds nothing and never will: it spares each read the deleted rows that
 * VACUUM cannot remove while somebody holds an old snapshot open, which would make reading slower by
 * the minute.
 *
 * It is no cursor, since it never passes a number that may still appear. Every call of sydx.publish has
 * a transaction id before it takes its number. So once the highest number and then a transaction id
 * were taken here, and all transactions below that id have ended, what those numbers stand for is
 * visible or rolled back; and it is relayed once a later read, from below, found no more than it could
 * take and that was published. Should the CRM's server fail over to one whose numbers are lower, a read without a floor, once
 * a second, finds what is there.
 */
export class Floor {
  readonly #now: () => number;
  #at = '0';
  #next: { number: string; below: string; hasEnded: boolean } | null = null;
  #lookedMs = 0;
  #ignored = true;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Where the next read is to begin. */
  async find(pool: Pool): Promise<string> {
    const now = this.#now();
    if (now - this.#lookedMs >= EVERY_MS) {
      this.#lookedMs = now;
      this.#ignored = true;
      this.#next ??= {
        number: await lastOutboxNumber(pool),
        below: await nextTransactionId(pool),
        hasEnded: false,
      };
    } else if (this.#next !== null && !this.#next.hasEnded) {
      this.#next.hasEnded = await haveEndedBelow(pool, this.#next.below);
    }
    return this.#ignored ? '0' : this.#at;
  }

  /**
   * Tells that what the last read found was published.
   *
   * @param tookAll it found no more than it could take
   */
  notePublished(tookAll: boolean): void {
    this.#ignored = false;
    if (!tookAll || this.#next?.hasEnded !== true) return;
    this.#at = this.#next.number;
    this.#next = null;
  }

  /** Forgets what it knows: what a read found was not published, or another server may answer now. */
  reset(): void {
    this.#at = '0';
    this.#next = null;
    this.#ignored = true;
  }
}
