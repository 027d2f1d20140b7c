import type { Planned } from './kinds.ts';

/** Something that happened. Times are milliseconds since 1970. */
export interface Happened {
  readonly kind: string;
  readonly on: Planned['on'];
  readonly target: string;
  readonly fromMs: number;
  /** When it was mended: restarted, woken, connected. */
  endedMs: number | null;
  /** When what it hit was itself again; null: it has not come so far. */
  recoveredMs: number | null;
}

/** Everything that was done to the product, in order. */
export class History {
  readonly all: Happened[] = [];
  /** What must not happen whatever is done, one sentence each. */
  readonly surprises: string[] = [];
  /** How long nodes needed to end on SIGTERM. */
  readonly stopsMs: number[] = [];

  begin({ kind, on, target }: Pick<Happened, 'kind' | 'on' | 'target'>): Happened {
    const happened: Happened = {
      kind,
      on,
      target,
      fromMs: Date.now(),
      endedMs: null,
      recoveredMs: null,
    };
    this.all.push(happened);
    return happened;
  }
}
