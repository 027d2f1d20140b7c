import type { Engine } from '../engine/engine.ts';
import { takeUnmarked } from '../store/outbox-marks.ts';
import { keepRejected, type Rejection } from '../store/outbox-rejected.ts';
import { lockRelay } from '../store/outbox-relays.ts';
import { keyOf, type OutboxRow, takeFromOutbox } from '../store/outbox-rows.ts';
import { type Accepted, accept } from './accept.ts';

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
  /** Rows that were published by an earlier transaction, whose deletion was lost. */
  readonly known: number;
}

/**
 * Publishes what was read from an outbox, in one transaction of ours: events with their deliveries,
 * what is rejected, and the proof that these rows were seen to. Whether it committed or not, doing it
 * again publishes nothing twice.
 *
 * @param why given: rejects all of them for this reason
 * @throws RelayLost, ShuttingDown, the driver's error
 */
export async function move(
  engine: Pick<Engine, 'publishWith' | 'eventTypes'>,
  route: Route,
  rows: readonly OutboxRow[],
  why?: Rejection,
): Promise<Moved> {
  let moved: Moved | undefined;
  await engine.publishWith(
    async (transaction) => {
      if (!(await lockRelay(transaction, route))) throw new RelayLost();
      const { installation } = route;
      const fresh = route.isOwn
        ? await takeFromOutbox(transaction, rows)
        : await takeUnmarked(transaction, installation, rows);
      const mine = rows.filter((row) => fresh.has(keyOf(row)));
      const accepted =
        why === undefined
          ? await accept(transaction, mine, engine.eventTypes)
          : {
              events: [],
              repeats: 0,
              repeatedIds: [],
              rejected: mine.map((row) => ({ row, why })),
            };
      await keepRejected(transaction, installation, accepted.rejected);
      moved = { ...accepted, known: rows.length - mine.length };
      return accepted.events;
    },
    { canWait: true },
  );
  if (moved === undefined) throw new Error('A batch was published without being prepared.');
  return moved;
}
