import type { Happened } from '../faults/history.ts';

/**
 * An attempt that began up to this long before a fault may not have been recorded when it struck: its
 * deadline of 5 s, and what a busy machine needs to write the outcome down.
 */
const UNDER_WAY_MS = 7_000;
/**
 * A node that was cut off finds out about its dead connections as its statements run into their
 * limits, 10 s on the path of deliveries; everything else is over in a moment.
 */
const AFTERMATH_MS = { cut: 12_000, other: 2_500 };

/** Kinds after which an attempt may be made again: its outcome could not be written down. */
const FORGETS = new Set([
  'node killed',
  'node frozen',
  'node cut from PostgreSQL, reset',
  'node cut from PostgreSQL, silent',
  'PostgreSQL stopped fast',
  'PostgreSQL stopped immediate',
]);

/** What kept a node from recording, or from reaching its receivers, at a moment. */
export class Disturbances {
  readonly #byNode: ReadonlyMap<string, readonly Happened[]>;
  readonly #ofAll: readonly Happened[];
  readonly #ofReceivers: ReadonlyMap<string, readonly Happened[]>;

  constructor(happened: readonly Happened[]) {
    this.#byNode = Map.groupBy(
      happened.filter(({ on }) => on === 'node'),
      ({ target }) => target,
    );
    this.#ofAll = happened.filter(({ on }) => on === 'postgres');
    this.#ofReceivers = Map.groupBy(
      happened.filter(({ on }) => on === 'receiver'),
      ({ target }) => target,
    );
  }

  /**
   * Why the outcome of an attempt may be unknown. SIGTERM is no reason: it hands over in order.
   *
   * @param atMs when the receiver had the request
   * @returns the kind of fault, or null
   */
  forgetting(node: string, atMs: number): string | null {
    const candidates = [...(this.#byNode.get(node) ?? []), ...this.#ofAll];
    return candidates.find((one) => FORGETS.has(one.kind) && covers(one, atMs))?.kind ?? null;
  }

  /** Whether an attempt may have failed: its receiver did badly, or a node did not reach it. */
  troubled(receiver: string, atMs: number): boolean {
    const unreached = [...this.#byNode.values()].flat().filter(({ kind }) => UNREACHED.test(kind));
    const all = [...(this.#ofReceivers.get(receiver) ?? []), ...unreached];
    return all.some((one) => covers(one, atMs));
  }
}

/** A frozen node's attempts run into their deadline while it sleeps. */
const UNREACHED = /^node (cut from receivers|frozen)/;

function covers({ kind, fromMs, endedMs, recoveredMs }: Happened, atMs: number): boolean {
  if (atMs < fromMs - UNDER_WAY_MS) return false;
  if (endedMs === null) return true;
  const aftermathMs = kind.includes('cut from PostgreSQL') ? AFTERMATH_MS.cut : AFTERMATH_MS.other;
  return atMs <= Math.max(endedMs, recoveredMs ?? endedMs) + aftermathMs;
}
