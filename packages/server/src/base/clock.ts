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

export class DatabaseClock implements Clock {
  #offsetMs: number;

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
   * Takes a new reading. `askedAt` and `answeredAt` are monotonic; the true moment lies between, so
   * the middle is off by half a round trip at most.
   */
  set(databaseNowMs: number, askedAt: number, answeredAt: number): void {
    this.#offsetMs = databaseNowMs - (askedAt + answeredAt) / 2;
  }
}
