import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, SharingRow } from '../bench.ts';
import { momentMs } from '../moment.ts';
import { percentile } from '../percentile.ts';

const ARRIVAL_LIMIT_MS = 30_000;

interface Shape {
  name: string;
  eventsPerSecond: number;
  /** At most so many milliseconds. */
  p50: number;
  p99: number | null;
}

/** How long an event takes from its producer to its receiver while the machine is far from full. */
function latencyAt({ name, eventsPerSecond, p50, p99 }: Shape): SharingRow {
  return {
    name,
    description: `from publish to arrival at ${eventsPerSecond} events/s, open loop`,
    measure: async (bench) => {
      await timeArrivals(bench, eventsPerSecond, bench.warmUpSeconds);
      const { fromSentMs, fromAcceptedMs } = await timeArrivals(
        bench,
        eventsPerSecond,
        bench.seconds,
      );
      const sent = `Publish → received at ${eventsPerSecond.toLocaleString('en-US')} events/s`;
      const figure = (of: string, title: string, value: number, target: number | null): Figure => ({
        name: `${name}.${of}`,
        title,
        value,
        unit: 'ms',
        better: 'lower',
        target,
      });
      return [
        figure('p50', `${sent}, p50`, percentile(fromSentMs, 0.5), p50),
        figure('p99', `${sent}, p99`, percentile(fromSentMs, 0.99), p99),
        figure('acceptedP50', '– from its 202, p50', percentile(fromAcceptedMs, 0.5), null),
        figure('acceptedP99', '– from its 202, p99', percentile(fromAcceptedMs, 0.99), null),
      ];
    },
  };
}

export const latency = latencyAt({ name: 'latency', eventsPerSecond: 500, p50: 5, p99: null });
export const latency1000 = latencyAt({
  name: 'latency1000',
  eventsPerSecond: 1_000,
  p50: 4,
  p99: 25,
});

/**
 * Publishes evenly spaced and times each event by its id.
 *
 * @returns milliseconds, sorted: from just before the request, and from its 202
 * @throws Error when an event did not arrive, or something else did
 */
export async function timeArrivals(
  { product, receiver, load }: Pick<Bench, 'product' | 'receiver' | 'load'>,
  eventsPerSecond: number,
  seconds: number,
): Promise<{ fromSentMs: Float64Array; fromAcceptedMs: Float64Array }> {
  await receiver.ask('reset', { notes: true });
  const since = await product.postgres.newId();
  const sent = await load.ask('paced', {
    origin: product.origin,
    apiKeys: [product.apiKey],
    connections: 64,
    eventsPerSecond,
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
