import { setImmediate as aTurn } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { takeUnmarked } from '../store/outbox-marks.ts';
import { keepRejected, type Rejection } from '../store/outbox-rejected.ts';
import { lockRelay } from '../store/outbox-relays.ts';
import { keyOf, type OutboxRow, takeFromOutbox } from '../store/outbox-rows.ts';
import { type Accepted, accept, judgeRows, type Pace } from './accept.ts';
import { RELAY } from './bounds.ts';

/** Another node relays this outbox now. */
export class RelayLost extends Error {
  override readonly name = 'RelayLost';

  constructor() {
    super('Another node relays this outbox now.');
  }
}

export interface Route {
  /** UUID of the outbox. */
  readonly installation: string;
  /** UUID of the relay that holds it. */
  readonly holder: string;
  /** In the product's own database: rows go in the transaction that publishes them. */
  readonly isOwn: boolean;
}

export interface Moved extends Accepted<OutboxRow> {
  /** The rows given, or the first of them: what there was time to judge, at least one. */
  readonly seen: readonly OutboxRow[];
  /** Rows that were published by an earlier transaction, whose deletion was lost. */
  readonly known: number;
}

export interface MoveParts {
  readonly engine: Pick<Engine, 'publishWith' | 'eventTypes'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/**
 * Publishes what was read from an outbox, in one transaction of ours: events with their deliveries,
 * what is rejected, and the proof that these rows were seen to. Whether it committed or not, doing it
 * again publishes nothing twice. What there is no time to judge stays where it is.
 *
 * @param why given: rejects all of them for this reason
 * @throws RelayLost, ShuttingDown, the driver's error
 */
export async function move(
  { engine, clock }: MoveParts,
  route: Route,
  rows: readonly OutboxRow[],
  why?: Rejection,
): Promise<Moved> {
  let moved: Moved | undefined;
  await engine.publishWith(
    async (transaction) => {
      if (!(await lockRelay(transaction, route))) throw new RelayLost();
      const { installation } = route;
      const judged =
        why === undefined
          ? await judgeRows(transaction, rows, engine.eventTypes, paceBy(clock))
          : rows.map((row) => ({ row, verdict: { ok: false, why } as const }));
      const seen = judged.map(({ row }) => row);
      const fresh = route.isOwn
        ? await takeFromOutbox(transaction, seen)
        : await takeUnmarked(transaction, installation, seen);
      const mine = judged.filter(({ row }) => fresh.has(keyOf(row)));
      const accepted = await accept(transaction, mine);
      await keepRejected(transaction, installation, accepted.rejected);
      moved = { ...accepted, seen, known: seen.length - mine.length };
      return accepted.events;
    },
    { canWait: true },
  );
  if (moved === undefined) throw new Error('A batch was published without being prepared.');
  return moved;
}

/** A transaction that judges for long is ended by PostgreSQL, and heartbeats wait for nobody. */
function paceBy(clock: Pick<Clock, 'monotonic'>): Pace {
  const endsAt = clock.monotonic() + RELAY.judgingMs;
  let turnEndsAt = clock.monotonic() + RELAY.turnMs;
  return async () => {
    if (clock.monotonic() >= turnEndsAt) {
      await aTurn();
      turnEndsAt = clock.monotonic() + RELAY.turnMs;
    }
    return clock.monotonic() < endsAt;
  };
}
