import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, type OwnRow, RATE, type Tools } from '../bench.ts';
import { momentMs } from '../moment.ts';
import { percentile } from '../percentile.ts';
import { memoryOf } from '../process-cost.ts';
import type { Product } from '../product.ts';

const MB = 1_000_000;
const EVENTS_PER_REQUEST = 50;
const DRAIN_LIMIT_MS = 900_000;

/**
 * Events that wait: a node that only accepts leaves every delivery in the queue until a worker comes.
 *
 * @returns that node, and how many wait
 */
async function fill(tools: Tools, events: number): Promise<{ product: Product; since: string }> {
  const product = await tools.startProduct({ env: { ROLE: 'api' } });
  try {
    await product.createWebhook(`${tools.receiverOrigin}/hook`);
    const since = await product.postgres.newId();
    await tools.load.ask('publishCount', {
      origin: product.origin,
      apiKeys: [product.apiKey],
      connections: 8,
      eventsPerRequest: EVENTS_PER_REQUEST,
      requests: events / EVENTS_PER_REQUEST,
    });
    return { product, since };
  } catch (error) {
    await product.stop();
    throw error;
  }
}

/** How a worker that comes to a full queue empties it. */
function drain(name: string, events: number): OwnRow {
  const title = `${events.toLocaleString('en-US')} waiting deliveries, one webhook`;
  return {
    name,
    own: true,
    full: true,
    description: `${title}: how fast a worker that comes to them delivers, and its memory`,
    measure: async (tools) => {
      const { product, since } = await fill(tools, events);
      try {
        await tools.receiver.ask('reset', { notes: false });
        const startedMs = momentMs();
        const worker = await tools.startProduct({ on: product, env: { ROLE: 'worker' } });
        try {
          const untilMs = momentMs() + DRAIN_LIMIT_MS;
          while ((await tools.receiver.ask('count', null)) < events && momentMs() < untilMs) {
            await sleep(100);
          }
          while ((await product.postgres.countLogged(since)) < events && momentMs() < untilMs) {
            await sleep(100);
          }
          const tookS = (momentMs() - startedMs) / 1_000;
          const logged = await product.postgres.logged(since);
          const received = await tools.receiver.ask('count', null);
          if (logged.success !== events || logged.events !== events || received !== events) {
            throw new Error(
              `${name}: ${events} waited, ${received} arrived, ${logged.success} succeeded.`,
            );
          }
          const { peakBytes } = memoryOf(worker.pid);
          return [
            figure(`${name}.rate`, title, events / tookS, RATE, 0.6),
            figure(`${name}.memory`, '– resident memory, peak', peakBytes / MB, 'MB', 350),
          ];
        } finally {
          await worker.stop();
        }
      } finally {
        await product.stop();
      }
    },
  };
}

export const backlog = drain('backlog', 1_000_000);

const WAITING = 100_000;
const OTHERS_PER_SECOND = 5;
const MOST_MS = 1_000;

/** What another tenant's events take while a worker is busy with 100,000 of one tenant. */
export const waitingTenant: OwnRow = {
  name: 'waitingTenant',
  own: true,
  description: `another tenant's events while ${WAITING.toLocaleString('en-US')} of one tenant wait`,
  measure: async (tools) => {
    const { product } = await fill(tools, WAITING);
    try {
      const apiKey = await product.createTenant('other');
      await product.createWebhook(`${tools.receiverOrigin}/other`, { apiKey });
      await tools.receiver.ask('reset', { notes: true });
      const worker = await tools.startProduct({ on: product, env: { ROLE: 'worker' } });
      try {
        const sent = await tools.load.ask('paced', {
          origin: product.origin,
          apiKeys: [apiKey],
          connections: 4,
          eventsPerSecond: OTHERS_PER_SECOND,
          seconds: 5,
        });
        const busyWith = WAITING + sent.ids.length - (await tools.receiver.ask('count', null));
        if (busyWith < WAITING / 10) throw new Error('The queue was empty before the last event.');
        await sleep(2 * MOST_MS);
        const { ids, momentsMs } = await tools.receiver.ask('arrivals', null);
        const arrivedMs = new Map(ids.map((id, at) => [id, momentsMs[at] ?? NaN]));
        const took = sent.ids.map(
          (id, at) => (arrivedMs.get(id) ?? Infinity) - (sent.sentMs[at] ?? NaN),
        );
        const sorted = Float64Array.from(took).toSorted();
        const title = `Another tenant's event while ${WAITING.toLocaleString('en-US')} of one wait`;
        return [
          figure('waitingTenant.p50', `${title}, p50`, percentile(sorted, 0.5), 'ms', null),
          figure('waitingTenant.most', '– the slowest', sorted.at(-1) ?? NaN, 'ms', MOST_MS),
        ];
      } finally {
        await worker.stop();
      }
    } finally {
      await product.stop();
    }
  },
};

function figure(
  name: string,
  title: string,
  value: number,
  unit: string,
  target: number | null,
): Figure {
  return { name, title, value, unit, better: unit === RATE ? 'higher' : 'lower', target };
}
