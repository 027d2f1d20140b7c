export interface Run {
  /** How many cases to throw. */
  readonly count: number;
  /** The same seed throws the same cases. */
  readonly seed: number;
  /** Says how far the run is, one sentence at a time. */
  readonly tell: (sentence: string) => void;
}

export interface Verdict {
  /** What came of how many cases, most first. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** One sentence for each thing that must not happen; empty when all held. */
  readonly broken: readonly string[];
}

/** Throws `count` random cases at one face of the product and judges what comes back. */
export type Fuzzer = (run: Run) => Promise<Verdict>;
