/** What a run must not show, one sentence each, with the ids. */
export interface Findings {
  /** An accepted event that a subscribed webhook did not get. */
  readonly losses: string[];
  /** Everything else that nothing explains. */
  readonly unexplained: string[];
}

/** How often something was counted, by its name. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get sum(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** For --json. */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.entries());
  }

  /** Most first. */
  entries(): [string, number][] {
    return [...this.#counts].toSorted(([, a], [, b]) => b - a);
  }
}
