import type { Clock } from '../base/clock.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Database } from '../store/database.ts';
import { rollUpLag, rollUpNext } from '../store/roll-ups.ts';
import { BOUNDS } from './bounds.ts';

/**
 * Rolls the log up, hour by hour, and rests four times as long as it took: the log that is there when the
 * product is upgraded must not be felt by deliveries.
 */
export class RollUps {
  readonly #parts: Parts;
  #restsUntilMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#restsUntilMs = parts.clock.monotonic() + BOUNDS.rollUpIdleMs;
  }

  isDue(): boolean {
    return this.#parts.clock.monotonic() >= this.#restsUntilMs;
  }

  /** Rolls up for a moment, unless nothing is left to do or another node is at it. */
  async turn(isStopped: () => boolean): Promise<void> {
    const { clock, database, metrics, retentionDays } = this.#parts;
    const startedMs = clock.monotonic();
    const tookMs = (): number => clock.monotonic() - startedMs;
    let step = null;
    try {
      do step = await rollUpNext(database.general, retentionDays);
      while (step === 'rolled' && tookMs() < BOUNDS.rollUpTurnMs && !isStopped());
    } finally {
      const restMs = step === 'rolled' ? tookMs() * BOUNDS.rollUpRest : BOUNDS.rollUpIdleMs;
      this.#restsUntilMs = clock.monotonic() + restMs;
    }
    const { openHours, seconds } = await rollUpLag(database.general);
    metrics.rollUpOpenHours.set(openHours);
    metrics.rollUpLagSeconds.set(seconds);
  }
}

interface Parts {
  database: Pick<Database, 'general'>;
  clock: Clock;
  metrics: Pick<Metrics, 'rollUpOpenHours' | 'rollUpLagSeconds'>;
  retentionDays: number;
}
