/** Something that is used up and comes back at a rate: so much at once, and then so much a second. */
export class Allowance {
  readonly #most: number;
  readonly #perSecond: number;
  #room: number;
  #atMs: number;

  /** @param nowMs of a monotonic clock, as everywhere here */
  constructor(most: number, perSecond: number, nowMs: number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#room = most;
    this.#atMs = nowMs;
  }

  /** What is left; below zero when more was taken than there was. */
  room(nowMs: number): number {
    this.#room += ((nowMs - this.#atMs) / 1_000) * this.#perSecond;
    this.#room = Math.min(this.#most, this.#room);
    this.#atMs = nowMs;
    return this.#room;
  }

  take(amount: number): void {
    this.#room -= amount;
  }
}
