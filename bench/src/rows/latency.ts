import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, Row } from '../bench.ts';
import { momentMs } from '../moment.ts';
import { percentile } from '../percentile.ts';

const EVENTS_PER_SECOND = 500;
const ARRIVAL_LIMIT_MS = 30_000;

/** How long an event takes from its producer to its receiver while the machine is far from full. */
export const latency: Row = {
  name: 'latency',
  description: `from publish to arrival at ${EVENTS_PER_SECOND} events/s, open loop`,
  measure: async (bench) => {
    await run(bench, bench.warmUpSeconds);
    const { fromSentMs, fromAcceptedMs } = await run(bench, bench.seconds);
    const sent = `Publish → received at ${EVENTS_PER_SECOND} events/s`;
    return [
      figure('p50', `${sent}, p50`, percentile(fromSentMs, 0.5), 5),
      figure('p99', `${sent}, p99`, percentile(fromSentMs, 0.99), null),
      figure('acceptedP50', '– from its 202, p50', percentile(fromAcceptedMs, 0.5), null),
      figure('acceptedP99', '– from its 202, p99', percentile(fromAcceptedMs, 0.99), null),
    ];
  },
};

/** @throws Error when an event did not arrive, or something else did */
async function run(
  { product, receiver, load }: Bench,
  seconds: number,
): Promise<{ fromSentMs: Float64Array; fromAcceptedMs: Float64Array }> {
  await receiver.ask('reset', { notes: true });
  const since = await product.postgres.newId();
  const sent = await load.ask('paced', {
    origin: product.origin,
    apiKeys: [product.apiKey],
    connections: 64,
    eventsPerSecond: EVENTS_PER_SECOND,
    seconds,
  });
  const total = sent.ids.length;
  const untilMs = momentMs() + ARRIVAL_LIMIT_MS;
  while ((await product.postgres.countLogged(since)) < total && momentMs() < untilMs) {
    await sleep(50);
  }
  const arrivals = await receiver.ask('arrivals', null);
  const arrivedMs = new Map(arrivals.ids.map((id, at) => [id, arrivals.momentsMs[at] ?? NaN]));
  const fromSentMs = new Float64Array(total);
  const fromAcceptedMs = new Float64Array(total);
  for (const [index, id] of sent.ids.entries()) {
    const arrived = arrivedMs.get(id);
    if (arrived === undefined) throw new Error(`Event ${id} was accepted and did not arrive.`);
    fromSentMs[index] = arrived - (sent.sentMs[index] ?? NaN);
    fromAcceptedMs[index] = arrived - (sent.acceptedMs[index] ?? NaN);
  }
  if (arrivals.ids.length !== total) {
    throw new Error(`${total} events were accepted and ${arrivals.ids.length} requests arrived.`);
  }
  return { fromSentMs: fromSentMs.toSorted(), fromAcceptedMs: fromAcceptedMs.toSorted() };
}

function figure(name: string, title: string, value: number, target: number | null): Figure {
  return { name: `latency.${name}`, title, value, unit: 'ms', better: 'lower', target };
}
