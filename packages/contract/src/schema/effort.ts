import type { Effort } from '../pattern/matches.ts';

export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort';
}

/** Steps went by more slowly than any of them should. */
export class TooMuchTime extends TooMuchEffort {}

/** Asking the clock costs more than a step does. */
const STEPS_BETWEEN_LOOKS = 1_000;

/** So many steps and no more; and no more time, should a step ever take longer than it is to. */
export class BoundedEffort implements Effort {
  readonly #isLate: () => boolean;
  #left: number;
  #nextLook: number;

  /** @param isLate whether the time is over; asked now and then */
  constructor(steps: number, isLate: () => boolean) {
    this.#left = steps;
    this.#nextLook = steps - STEPS_BETWEEN_LOOKS;
    this.#isLate = isLate;
  }

  /** What is left of it. */
  get left(): number {
    return this.#left;
  }

  /** @throws TooMuchEffort */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchEffort('The steps are used up.');
    if (this.#left > this.#nextLook) return;
    this.#nextLook = this.#left - STEPS_BETWEEN_LOOKS;
    if (this.#isLate()) throw new TooMuchTime('The time is over.');
  }
}
