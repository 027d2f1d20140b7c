import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Bench, type Figure, RATE, type SharingRow } from '../bench.ts';
import { momentMs } from '../moment.ts';

interface Shape {
  name: string;
  title: string;
  /** Publishes for so many seconds, as fast as it goes. */
  publish: (bench: Bench, seconds: number) => Promise<{ events: number; startedMs: number }>;
  /** Deliveries that each event leads to; 1 unless told. */
  fanOut?: number;
  /** Least ratio to the ceiling. */
  target: number;
}

const DRAIN_LIMIT_MS = 120_000;

/** Publishes as fast as answers come, until the last delivery is in the log. */
export function throughput(shape: Shape): SharingRow {
  return {
    name: shape.name,
    description: `${shape.title}, delivered and logged; with what a delivery costs`,
    measure: async (bench) => {
      await run(bench, shape, bench.warmUpSeconds);
      return figures(shape, await run(bench, shape, bench.seconds));
    },
  };
}

export function overHttp(connections: number, eventsPerRequest: number): Shape['publish'] {
  return ({ product, load }, seconds) =>
    load.ask('publish', {
      origin: product.origin,
      apiKeys: [product.apiKey],
      connections,
      eventsPerRequest,
      seconds,
    });
}

export const one = throughput({
  name: 'one',
  title: 'One event a request, 64 connections',
  publish: overHttp(64, 1),
  target: 0.35,
});

export const fifty = throughput({
  name: 'fifty',
  title: '50 events a request, 8 connections',
  publish: overHttp(8, 50),
  target: 0.7,
});

interface Outcome {
  deliveries: number;
  seconds: number;
  nodeUs: number;
  postgresUs: number;
  walBytes: number;
  tableBytes: number;
}

/** @throws Error when accepted, received and logged differ */
async function run(bench: Bench, shape: Shape, seconds: number): Promise<Outcome> {
  const { product, receiver } = bench;
  const { postgres } = product;
  const { fanOut = 1 } = shape;
  await receiver.ask('reset', { notes: true });
  const since = await postgres.newId();
  const written = await postgres.written();
  const nodeUs = product.nodeUs();
  const databaseUs = product.postgresUs();
  const { events, startedMs } = await shape.publish(bench, seconds);
  const deliveries = events * fanOut;
  await untilLogged(bench, since, deliveries);
  const endedMs = momentMs();
  const outcome = {
    deliveries,
    seconds: (endedMs - startedMs) / 1_000,
    nodeUs: product.nodeUs() - nodeUs,
    postgresUs: product.postgresUs() - databaseUs,
    walBytes: 0,
    tableBytes: 0,
  };
  const writtenNow = await postgres.written();
  outcome.walBytes = writtenNow.walBytes - written.walBytes;
  outcome.tableBytes = writtenNow.tableBytes - written.tableBytes;
  await reconcile({ product, receiver }, shape.name, since, { events, deliveries });
  return outcome;
}

/**
 * Waits until so many deliveries have been received and logged, or for two minutes. The receiver counts
 * from its last reset, the log from `since`.
 */
export async function untilLogged(
  { product, receiver }: Bench,
  since: string,
  deliveries: number,
): Promise<void> {
  const untilMs = momentMs() + DRAIN_LIMIT_MS;
  // Asked of the receiver first: counting rows takes time from those who still deliver.
  while ((await receiver.ask('count', null)) < deliveries && momentMs() < untilMs) await sleep(5);
  while ((await product.postgres.countLogged(since)) < deliveries && momentMs() < untilMs) {
    await sleep(5);
  }
}

async function reconcile(
  { product, receiver }: Pick<Bench, 'product' | 'receiver'>,
  name: string,
  since: string,
  { events, deliveries }: { events: number; deliveries: number },
): Promise<void> {
  const { ids } = await receiver.ask('arrivals', null);
  const logged = await product.postgres.logged(since);
  const expected = {
    received: deliveries,
    differentIdsReceived: events,
    loggedAsSuccess: deliveries,
    loggedOtherwise: 0,
    differentEventsLogged: events,
    attempts: deliveries,
  };
  const seen = {
    received: ids.length,
    differentIdsReceived: new Set(ids).size,
    loggedAsSuccess: logged.success,
    loggedOtherwise: logged.other,
    differentEventsLogged: logged.events,
    attempts: logged.attempts,
  };
  if (isDeepStrictEqual(seen, expected)) return;
  throw new Error(
    `${name} does not add up: ${JSON.stringify(seen)} and not ${JSON.stringify(expected)}`,
  );
}

function figures({ name, title, target }: Shape, outcome: Outcome): Figure[] {
  const { deliveries, seconds } = outcome;
  const cost = (figure: string, words: string, total: number, unit: string): Figure => ({
    name: `${name}.${figure}`,
    title: `– ${words}`,
    value: total / deliveries,
    unit,
    better: 'lower',
    target: null,
  });
  return [
    {
      name: `${name}.rate`,
      title,
      value: deliveries / seconds,
      unit: RATE,
      better: 'higher',
      target,
    },
    cost('nodeCpu', 'processor time of Node, a delivery', outcome.nodeUs, 'µs'),
    cost('postgresCpu', 'processor time of PostgreSQL, a delivery', outcome.postgresUs, 'µs'),
    cost('wal', 'WAL, a delivery', outcome.walBytes, 'B'),
    cost('tables', 'tables and indexes, a delivery', outcome.tableBytes, 'B'),
  ];
}
