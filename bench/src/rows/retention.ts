import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRow, Tools } from '../bench.ts';
import { fillLog } from '../fill-log.ts';
import { momentMs } from '../moment.ts';
import type { Product } from '../product.ts';

const DELIVERIES = 2_000_000;
const DAYS_AGO = 5;
const RETENTION_DAYS = 2;
const LOAD_SECONDS = 20;
const SAMPLE_MS = 100;
const MB = 1_000_000;
const LEAST_SHARE = 0.9;

/** A day of the log goes while the product works: a second node starts, and with it upkeep. */
export const retention: OwnRow = {
  name: 'retention',
  own: true,
  full: true,
  description: `throughput while a day of ${DELIVERIES.toLocaleString('en-US')} deliveries is dropped, and the disk given back`,
  measure: async (tools) => {
    const product = await tools.startProduct();
    try {
      await product.createWebhook(`${tools.receiverOrigin}/hook`);
      const fill = { deliveries: DELIVERIES, lastDaysAgo: DAYS_AGO, days: 1 };
      await fillLog(product.postgres, fill);
      const before = await product.postgres.bytesOfDay(DAYS_AGO);
      await perSecond(tools, product, tools.warmUpSeconds);
      const alone = await perSecond(tools, product, LOAD_SECONDS);
      const meanwhile = await perSecond(tools, product, LOAD_SECONDS, async () => {
        const env = { RETENTION_DAYS: String(RETENTION_DAYS), ROLE: 'api' };
        const other = await tools.startProduct({ on: product, env });
        await other.stop();
      });
      const left = await product.postgres.bytesOfDay(DAYS_AGO);
      if (left !== 0) throw new Error(`retention: ${left} bytes of that day are still there.`);
      const share = {
        name: 'retention.share',
        title: 'Throughput while a day is dropped (and a node starts), of that before',
        value: meanwhile.rate / alone.rate,
        unit: '',
        better: 'higher' as const,
        target: LEAST_SHARE,
      };
      const figure = (of: string, title: string, value: number, unit: string) => ({
        name: `retention.${of}`,
        title,
        value,
        unit,
        better: unit === 'MB' ? ('higher' as const) : ('lower' as const),
        target: null,
      });
      return [
        share,
        figure('pause', '– longest time in which nothing arrived', meanwhile.pauseMs, 'ms'),
        figure('pauseAlone', '– the same before', alone.pauseMs, 'ms'),
        figure('freed', '– disk given back', before / MB, 'MB'),
      ];
    } finally {
      await product.stop();
    }
  },
};

/** @param during carried out a moment after the load has begun */
async function perSecond(
  { load, receiver }: Tools,
  product: Product,
  seconds: number,
  during?: () => Promise<void>,
): Promise<{ rate: number; pauseMs: number }> {
  await receiver.ask('reset', { notes: false });
  const startedMs = momentMs();
  const over = new AbortController();
  const publishing = load
    .ask('publish', {
      origin: product.origin,
      apiKeys: [product.apiKey],
      connections: 8,
      eventsPerRequest: 50,
      seconds,
    })
    .finally(() => over.abort());
  const doing = sleep(2_000).then(during);
  let last = 0;
  let lastMs = momentMs();
  let pauseMs = 0;
  while (!over.signal.aborted) {
    await sleep(SAMPLE_MS);
    const count = await receiver.ask('count', null);
    if (count > last) {
      pauseMs = Math.max(pauseMs, momentMs() - lastMs);
      lastMs = momentMs();
    }
    last = count;
  }
  await Promise.all([publishing, doing]);
  return { rate: last / ((momentMs() - startedMs) / 1_000), pauseMs };
}
