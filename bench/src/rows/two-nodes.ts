import type { OwnRow } from '../bench.ts';
import { percentile } from '../percentile.ts';
import { timeArrivals } from './latency.ts';

const EVENTS_PER_SECOND = 500;
const MOST_P99_MS = 100;

/** One node accepts and another delivers: every event goes through the queue and a wake-up. */
export const twoNodes: OwnRow = {
  name: 'twoNodes',
  own: true,
  description: `from publish on one node to arrival from another at ${EVENTS_PER_SECOND} events/s`,
  measure: async ({ startProduct, receiver, receiverOrigin, load, warmUpSeconds, seconds }) => {
    const product = await startProduct({ env: { ROLE: 'api' } });
    try {
      await product.createWebhook(`${receiverOrigin}/hook`);
      const worker = await startProduct({ on: product, env: { ROLE: 'worker' } });
      try {
        const bench = { product, receiver, load };
        await timeArrivals(bench, EVENTS_PER_SECOND, warmUpSeconds);
        const { fromSentMs } = await timeArrivals(bench, EVENTS_PER_SECOND, seconds);
        const figure = (of: string, quantile: number, target: number | null) => ({
          name: `twoNodes.${of}`,
          title: `Accepted by one node, delivered by another, ${of}`,
          value: percentile(fromSentMs, quantile),
          unit: 'ms',
          better: 'lower' as const,
          target,
        });
        return [figure('p50', 0.5, null), figure('p99', 0.99, MOST_P99_MS)];
      } finally {
        await worker.stop();
      }
    } finally {
      await product.stop();
    }
  },
};
