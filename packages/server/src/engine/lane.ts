import { BOUNDS } from './bounds.ts';
import type { Job } from './job.ts';
import { Fifo } from './turns.ts';

/** Attempts quicker than this let a lane shrink again, slower than that let it grow further. */
const SOON_MS = 5;
const SLOW_MS = 10;

/**
 * One webhook's deliveries in this node: what waits, how many requests are under way, and how many
 * may be. The cap grows with successes (see succeeded) and halves when the receiver does not keep up,
 * never below one: a dead receiver costs one request at a time.
 */
export class Lane {
  readonly webhookId: string;
  readonly tenantNo: number;
  readonly waiting = new Fifo<Job>();
  sending = 0;
  /** In the ring of turns. */
  queuedForTurn = false;
  /** The queue in PostgreSQL holds more of this webhook: new events line up behind it there. */
  hasBacklog = false;
  idleSince = 0;
  #cap: number = BOUNDS.laneStart;

  constructor(webhookId: string, tenantNo: number) {
    this.webhookId = webhookId;
    this.tenantNo = tenantNo;
  }

  /** @param window how many deliveries may wait here for now */
  isSaturated(window: number): boolean {
    return this.hasBacklog || this.waiting.size >= window;
  }

  /** Wants no more from the queue for now. */
  isHalfFull(window: number): boolean {
    return this.waiting.size >= window / 2;
  }

  get isIdle(): boolean {
    return this.sending === 0 && this.waiting.size === 0;
  }

  /**
   * @param allSending requests under way to all webhooks: the more of what a node may have is in use,
   *   the fewer anybody gets, and near the end one each, so that a thousand hanging receivers leave
   *   room for those that answer, and 200 quick ones do not get 6,000 connections
   */
  maySend(allSending: number): boolean {
    if (this.waiting.size === 0) return false;
    const step = BOUNDS.crowded.findLast(({ sending }) => allSending >= sending);
    return this.sending < Math.min(this.#cap, step?.lane ?? BOUNDS.laneMax);
  }

  /** Whether what waits here waits for us and not for the receiver. */
  get keepsUp(): boolean {
    return this.#cap >= BOUNDS.laneKeepsUp;
  }

  /**
   * @param durationMs of the attempt. More at once than `laneKeepsUp` pays only where the receiver is
   *   slow: one that answers within 10 ms gets 3,200 a second from 32, and each further connection
   *   costs this node more than it brings (4 to 6 µs a delivery at 128).
   */
  succeeded(durationMs: number): void {
    if (this.#cap < BOUNDS.laneKeepsUp) this.#cap += 1;
    else if (durationMs < SOON_MS && this.#cap > BOUNDS.laneKeepsUp) this.#cap -= 1;
    else if (durationMs > SLOW_MS && this.#cap < BOUNDS.laneMax) this.#cap += 1;
  }

  /** The receiver did not answer, or said that it is too much. */
  struggled(): void {
    this.#cap = Math.max(1, Math.floor(this.#cap / 2));
  }
}
