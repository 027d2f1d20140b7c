import type { SharingRow } from '../bench.ts';
import { overHttp, throughput } from './throughput.ts';

/** Nothing may go there: what arrives and what is logged are counted. */
const NOWHERE = 'http://127.0.0.1:9/';
const CONDITIONS = 10;

/** Ten conditions, each of them asked, of which none holds: the dearest that ten can be. */
const REFUSES_ALL = {
  any: Array.from({ length: CONDITIONS }, (_, n) => ({
    field: n % 2 === 0 ? 'conversation.origin' : 'body',
    prefix: `nobody writes this ${n}`,
  })),
};

const rate = throughput({
  name: 'filters',
  title: `As 50 a request, and a second webhook whose filter of ${CONDITIONS} refuses all`,
  target: 0.45,
  publish: overHttp(8, 50),
});

/** Against the row before it: what judging an event and refusing a delivery cost. */
export const filters: SharingRow = {
  name: rate.name,
  description: rate.description,
  measure: async (bench) => {
    const { product } = bench;
    const id = await product.createWebhook(NOWHERE, { filter: REFUSES_ALL });
    try {
      return await rate.measure(bench);
    } finally {
      await product.deleteWebhook(id);
    }
  },
};
