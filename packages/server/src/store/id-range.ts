import { smallestIdAt } from '../base/ids.ts';

/** A stretch of ids, decimal: low ≤ id < high. Time filters and cursors both become one. */
export interface IdRange {
  low: string;
  high: string;
}

const LARGEST = 2n ** 63n - 1n;

/**
 * @param fromMs first moment, milliseconds since 1970
 * @param toMs the moment after the last; ids reach to 2093, later is as good as never
 * @param before only ids below this one: the cursor
 */
export function idRange(
  fromMs: number | undefined,
  toMs: number | undefined,
  before?: string,
): IdRange {
  const low = fromMs === undefined ? '0' : smallestIdAt(fromMs);
  const high = toMs === undefined ? LARGEST.toString() : smallestIdAt(toMs);
  return { low, high: before !== undefined && BigInt(before) < BigInt(high) ? before : high };
}

/** The ids made in the same millisecond as this one: an event's own deliveries are among them. */
export function momentOf(id: string): IdRange {
  const low = (BigInt(id) >> 22n) << 22n;
  return { low: low.toString(), high: (low + (1n << 22n)).toString() };
}
