import type { SharingRow } from '../bench.ts';
import { overHttp, throughput } from './throughput.ts';

/** One event to many webhooks of one tenant, all of which lead to the same receiver. */
function fanOut(webhooks: number): SharingRow {
  const rate = throughput({
    name: `fanout${webhooks}`,
    title: `One event to ${webhooks} webhooks, 8 connections`,
    fanOut: webhooks,
    publish: overHttp(8, 1),
    target: 0.75,
  });
  return {
    ...rate,
    measure: async (bench) => {
      const { product, receiverOrigin } = bench;
      const added: string[] = [];
      try {
        // One is there already.
        while (added.length < webhooks - 1) {
          added.push(await product.createWebhook(`${receiverOrigin}/hook`));
        }
        return await rate.measure(bench);
      } finally {
        for (const id of added) await product.deleteWebhook(id);
      }
    },
  };
}

export const fanOut10 = fanOut(10);
export const fanOut100 = fanOut(100);
