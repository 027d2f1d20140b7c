import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Figure, RATE, type Row } from '../bench.ts';
import { momentMs } from '../moment.ts';
import { postgresUs, processUs } from '../process-cost.ts';

interface Shape {
  name: string;
  title: string;
  /** Publishes for so many seconds, as fast as it goes. */
  publish: (bench: Bench, seconds: number) => Promise<{ events: number; startedMs: number }>;
  /** Least ratio to the ceiling. */
  target: number;
}

const DRAIN_LIMIT_MS = 120_000;

/** Publishes as fast as answers come, until the last delivery is in the log. */
export function throughput(shape: Shape): Row {
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
  target: 0.25,
});

export const fifty = throughput({
  name: 'fifty',
  title: '50 events a request, 8 connections',
  publish: overHttp(8, 50),
  target: 0.5,
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
  await receiver.ask('reset', { notes: true });
  const since = await postgres.newId();
  const written = await postgres.written();
  const nodeUs = processUs(product.pid);
  const databaseUs = postgresUs(postgres.pid);
  const { events, startedMs } = await shape.publish(bench, seconds);
  const untilMs = momentMs() + DRAIN_LIMIT_MS;
  // Asked of the receiver first: counting rows takes time from those who still deliver.
  while ((await receiver.ask('count', null)) < events && momentMs() < untilMs) await sleep(5);
  while ((await postgres.countLogged(since)) < events && momentMs() < untilMs) await sleep(5);
  const endedMs = momentMs();
  const outcome = {
    deliveries: events,
    seconds: (endedMs - startedMs) / 1_000,
    nodeUs: processUs(product.pid) - nodeUs,
    postgresUs: postgresUs(postgres.pid) - databaseUs,
    walBytes: 0,
    tableBytes: 0,
  };
  const writtenNow = await postgres.written();
  outcome.walBytes = writtenNow.walBytes - written.walBytes;
  outcome.tableBytes = writtenNow.tableBytes - written.tableBytes;
  await reconcile({ product, receiver }, shape.name, since, events);
  return outcome;
}

async function reconcile(
  { product, receiver }: Pick<Bench, 'product' | 'receiver'>,
  name: string,
  since: string,
  accepted: number,
): Promise<void> {
  const { ids } = await receiver.ask('arrivals', null);
  const logged = await product.postgres.logged(since);
  const seen = {
    accepted,
    received: ids.length,
    differentIdsReceived: new Set(ids).size,
    loggedAsSuccess: logged.success,
    differentEventsLogged: logged.events,
    attempts: logged.attempts,
  };
  if (logged.other === 0 && Object.values(seen).every((count) => count === accepted)) return;
  throw new Error(
    `${name} does not add up: ${JSON.stringify({ ...seen, loggedOtherwise: logged.other })}`,
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
