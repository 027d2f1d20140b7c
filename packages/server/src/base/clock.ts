/**
 * Time by PostgreSQL's clock, measured once in a while and carried on by this machine's monotonic
 * clock. A node whose own wall clock is hours off therefore signs, schedules and logs the right time.
 */
export interface Clock {
  /** Milliseconds since 1970 by PostgreSQL's clock. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  monotonic(): number;
}

/** How far this machine's monotonic clock and PostgreSQL's may drift apart: what NTP corrects at most. */
const DRIFT = 500e-6;

export class DatabaseClock implements Clock {
  #offsetMs: number;
  /** How far off the offset may have been when it was taken. */
  #uncertaintyMs = Infinity;
  #takenAt = performance.now();

  /** @param databaseNowMs what PostgreSQL's clock said just now, milliseconds since 1970 */
  constructor(databaseNowMs: number) {
    this.#offsetMs = databaseNowMs - performance.now();
  }

  now(): number {
    return performance.now() + this.#offsetMs;
  }

  monotonic(): number {
    return performance.now();
  }

  /**
   * Offers a new reading. `askedAt` and `answeredAt` are monotonic; the true moment lies between, so
   * the middle is off by half a round trip at most. A round trip that took seconds, as when PostgreSQL
   * comes back, says less than what is known, and is left aside unless it contradicts that: then
   * PostgreSQL's clock was set.
   */
  set(databaseNowMs: number, askedAt: number, answeredAt: number): void {
    const offsetMs = databaseNowMs - (askedAt + answeredAt) / 2;
    const uncertaintyMs = (answeredAt - askedAt) / 2;
    const knownMs = this.#uncertaintyMs + (answeredAt - this.#takenAt) * DRIFT;
    const fits = Math.abs(offsetMs - this.#offsetMs) <= uncertaintyMs + knownMs;
    if (uncertaintyMs > knownMs && fits) return;
    this.#offsetMs = offsetMs;
    this.#uncertaintyMs = uncertaintyMs;
    this.#takenAt = answeredAt;
  }
}
