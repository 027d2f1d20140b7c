import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, SharingRow } from '../bench.ts';
import { momentMs } from '../moment.ts';
import { percentile } from '../percentile.ts';
import { throughput } from './throughput.ts';

const EVENTS_PER_SECOND = 500;
const ARRIVAL_LIMIT_MS = 30_000;
const MOST_LAG_MS = 100;

const rate = throughput({
  name: 'outbox',
  title: '50 events a commit in SQL, 8 connections',
  target: 0.45,
  publish: async ({ product, load }, seconds) => {
    await product.postgres.installOutbox();
    const { database } = product.postgres;
    return await load.ask('publishBySql', {
      database,
      connections: 8,
      eventsPerCommit: 50,
      seconds,
    });
  },
});

/** Published by producers in transactions of their own, in the product's database. */
export const outbox: SharingRow = {
  name: rate.name,
  description: `${rate.description}; and the lag at ${EVENTS_PER_SECOND} events/s`,
  measure: async (bench) => {
    const figures = await rate.measure(bench);
    await run(bench, bench.warmUpSeconds);
    const { fromCalledMs, fromCommittedMs } = await run(bench, bench.seconds);
    const sent = `sydx.publish → received at ${EVENTS_PER_SECOND} events/s`;
    return [
      ...figures,
      figure('lagP50', `${sent}, p50`, percentile(fromCalledMs, 0.5), null),
      figure('lagP99', `${sent}, p99`, percentile(fromCalledMs, 0.99), MOST_LAG_MS),
      figure('committedP99', '– from its commit, p99', percentile(fromCommittedMs, 0.99), null),
    ];
  },
};

/** @throws Error when an event did not arrive, or something else did */
async function run(
  { product, receiver, load }: Bench,
  seconds: number,
): Promise<{ fromCalledMs: Float64Array; fromCommittedMs: Float64Array }> {
  const { postgres } = product;
  await postgres.installOutbox();
  await receiver.ask('reset', { notes: true });
  const since = await postgres.newId();
  const sent = await load.ask('publishBySqlPaced', {
    database: postgres.database,
    connections: 16,
    eventsPerSecond: EVENTS_PER_SECOND,
    seconds,
  });
  const total = sent.messageIds.length;
  const untilMs = momentMs() + ARRIVAL_LIMIT_MS;
  while ((await postgres.countLogged(since)) < total && momentMs() < untilMs) await sleep(50);
  const arrivals = await receiver.ask('arrivals', null);
  const accepted = await postgres.messageIds(since);
  if (arrivals.ids.length !== total || accepted.length !== total) {
    throw new Error(
      `${total} events were published, ${accepted.length} accepted, ${arrivals.ids.length} arrived.`,
    );
  }
  // Ids sort alike inside and outside: the nth accepted is the nth of the sorted arrivals.
  const order = arrivals.ids
    .map((id, at) => ({ id, ms: arrivals.momentsMs[at] ?? NaN }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const arrivedMs = new Map(accepted.map((messageId, at) => [messageId, order[at]?.ms ?? NaN]));
  const lagOf = (moments: Float64Array): Float64Array =>
    Float64Array.from(
      sent.messageIds.map((id, at) => (arrivedMs.get(id) ?? NaN) - (moments[at] ?? NaN)),
    ).toSorted();
  return { fromCalledMs: lagOf(sent.calledMs), fromCommittedMs: lagOf(sent.committedMs) };
}

function figure(name: string, title: string, value: number, target: number | null): Figure {
  return { name: `outbox.${name}`, title, value, unit: 'ms', better: 'lower', target };
}
