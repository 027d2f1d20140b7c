import { ProblemError } from '../../base/problem.ts';

/**
 * Streams that are open at once on this node: of a tenant, and of all. One whose reader stalls holds about
 * 6 MB until it is hung up on, so this also bounds memory.
 */
const OF_TENANT = 20;
const OF_NODE = 150;

/** Counts open streams, so that nobody takes them all. */
export class StreamPlaces {
  readonly #open = new Map<number, number>();
  #total = 0;

  /** @returns what to call at the end, once @throws ProblemError rate_limited */
  enter(tenantNo: number): () => void {
    const open = this.#open.get(tenantNo) ?? 0;
    if (open >= OF_TENANT || this.#total >= OF_NODE) {
      throw new ProblemError('rate_limited', {
        detail: 'Too many streams of inboxes are open. Close one, or wait until one ends.',
        headers: { 'retry-after': '5' },
      });
    }
    this.#open.set(tenantNo, open + 1);
    this.#total += 1;
    return () => {
      this.#total -= 1;
      const left = (this.#open.get(tenantNo) ?? 1) - 1;
      if (left === 0) this.#open.delete(tenantNo);
      else this.#open.set(tenantNo, left);
    };
  }
}
