import type { Effort } from '../pattern/matches.ts';

export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort';
}

/** So many steps and no more. */
export class BoundedEffort implements Effort {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** What is left of it. */
  get left(): number {
    return this.#left;
  }

  /** @throws TooMuchEffort */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchEffort('The steps are used up.');
  }
}
