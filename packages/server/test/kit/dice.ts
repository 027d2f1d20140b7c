/** Random numbers that a printed seed repeats (mulberry32). */
export interface Dice {
  readonly seed: number;
  /** @returns a whole number, both ends included */
  between(low: number, high: number): number;
}

/** @param seed SEED of the environment, to repeat a run that failed */
export function throwDice(seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { seed, between: (low, high) => low + Math.floor(next() * (high - low + 1)) };
}
