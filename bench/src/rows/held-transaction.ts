import type { Bench, SharingRow } from '../bench.ts';
import { overHttp, throughput, untilLogged } from './throughput.ts';

const HELD_SECONDS = 600;

const rate = throughput({
  name: 'heldTransaction',
  title: '50 a request, after 10 minutes of a transaction held open',
  publish: overHttp(8, 50),
  target: 0,
});

/** A snapshot that somebody holds keeps PostgreSQL from clearing away what queues leave behind. */
export const heldTransaction: SharingRow = {
  name: rate.name,
  full: true,
  description: `throughput under a transaction that stays open for ${HELD_SECONDS / 60} minutes of load, against before`,
  measure: async (bench) => {
    const before = await rateOf(bench);
    const release = await bench.product.postgres.holdSnapshot();
    try {
      await loadWhileHeld(bench);
      const held = await rateOf(bench);
      return [
        {
          name: 'heldTransaction.share',
          title: `Throughput after ${HELD_SECONDS / 60} minutes of a transaction held open, of that before`,
          value: held / before,
          unit: '',
          better: 'higher',
          target: 0.8,
        },
      ];
    } finally {
      await release();
    }
  },
};

/** Ends when the last delivery is in the log: what was still under way would count as the next run's. */
async function loadWhileHeld(bench: Bench): Promise<void> {
  const { product, receiver } = bench;
  await receiver.ask('reset', { notes: false });
  const since = await product.postgres.newId();
  const { events } = await overHttp(8, 50)(bench, HELD_SECONDS);
  await untilLogged(bench, since, events);
}

async function rateOf(bench: Bench): Promise<number> {
  const [first] = await rate.measure(bench);
  return first?.value ?? NaN;
}
