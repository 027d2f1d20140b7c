/**
 * Which requests of an inbox were taken and which are done. They are numbered 1, 2, 3 without gaps, are
 * taken in that order, and may be done in another.
 */
export class Place {
  #taken = 0;
  #doneUpTo = 0;
  readonly #doneAbove = new Set<number>();

  /** @returns false for one that was taken before: a stream that begins anew may repeat it */
  take(number: number): boolean {
    if (number <= this.#taken) return false;
    this.#taken = number;
    return true;
  }

  done(number: number): void {
    this.#doneAbove.add(number);
    while (this.#doneAbove.delete(this.#doneUpTo + 1)) this.#doneUpTo += 1;
  }

  /** All up to this number are done: the server may forget them. */
  get doneUpTo(): number {
    return this.#doneUpTo;
  }
}
