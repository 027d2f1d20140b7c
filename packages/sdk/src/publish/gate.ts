import { PublishError } from './error.ts';

/** Lets so many in at once and so many wait, in their order. */
export class Gate {
  readonly #maxConcurrent: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;
  #whenEmpty: (() => void)[] = [];

  constructor(maxConcurrent: number, maxWaiting: number) {
    this.#maxConcurrent = maxConcurrent;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs the work once there is room.
   *
   * @param queueing `bounded` is refused when too many wait; `always` waits behind them
   * @throws PublishError `queue_full`, or `aborted` while it waits; and what the work throws
   */
  async pass<Result>(
    work: () => Promise<Result>,
    signal?: AbortSignal,
    queueing: 'bounded' | 'always' = 'bounded',
  ): Promise<Result> {
    if (signal?.aborted) throw aborted(signal.reason);
    if (this.#inside < this.#maxConcurrent) this.#inside += 1;
    else await this.#turn(signal, queueing);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Resolves when nobody is inside and nobody waits. */
  async empty(): Promise<void> {
    if (this.#inside === 0) return;
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #turn(signal: AbortSignal | undefined, queueing: 'bounded' | 'always'): Promise<void> {
    if (queueing === 'bounded' && this.#waiting.size >= this.#maxWaiting) {
      throw new PublishError(
        'queue_full',
        `${this.#waiting.size} calls wait already. Await publish before the next, publish batches, or raise maxWaiting.`,
      );
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', give);
        resolve();
      };
      const give = (): void => {
        this.#waiting.delete(enter);
        reject(aborted(signal?.reason));
      };
      this.#waiting.add(enter);
      signal?.addEventListener('abort', give, { once: true });
    });
  }

  /** Hands its place to the next, or gives it back. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      next();
      return;
    }
    this.#inside -= 1;
    if (this.#inside > 0) return;
    for (const resolve of this.#whenEmpty) resolve();
    this.#whenEmpty = [];
  }
}

/** What a call throws whose caller's signal fired. */
export function aborted(reason: unknown, mayBeStored = false): PublishError {
  return new PublishError('aborted', 'The call was aborted by its signal.', {
    cause: reason,
    mayBeStored,
  });
}
