import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRow, Tools } from '../bench.ts';
import type { ManyReceivers } from '../many-receivers.ts';
import { percentile } from '../percentile.ts';
import type { Product } from '../product.ts';
import { Remote } from '../remote.ts';

const HEALTHY = 100;
const HEALTHY_TENANTS = 10;
const HANGING = 1_000;
/** A tenant may have 500 webhooks. */
const HANGING_TENANTS = 2;
/** Each leads to a delivery at every webhook of its tenant. */
const HEALTHY_EVENTS_PER_SECOND = 50;
const HANGING_EVENTS_PER_SECOND = 2;
const MOST_TIMES = 1.5;
const ARRIVAL_LIMIT_MS = 30_000;

/** What a thousand receivers that never answer do to a hundred that do. */
export const hanging: OwnRow = {
  name: 'hanging',
  own: true,
  description: `p99 of ${HEALTHY} healthy receivers, alone and beside ${HANGING} that hang`,
  measure: async (tools) => {
    const receivers = new Remote<ManyReceivers>(new URL('../many-receivers.ts', import.meta.url));
    const product = await tools.startProduct();
    try {
      const urls = Array.from({ length: HEALTHY }, () => `${tools.receiverOrigin}/hook`);
      const healthy = {
        product,
        apiKeys: await subscribe(product, 'healthy', HEALTHY_TENANTS, urls),
      };
      const ports = await receivers.ask('listen', {
        count: HANGING,
        answerAfterMs: null,
        certificate: null,
      });
      const hangingUrls = ports.map((port) => `http://127.0.0.1:${port}/hook`);
      const hangingKeys = await subscribe(product, 'hanging', HANGING_TENANTS, hangingUrls);
      await arrivals(tools, healthy, tools.warmUpSeconds);
      const alone = await arrivals(tools, healthy, tools.seconds);
      const flood = tools.load.ask('paced', {
        origin: product.origin,
        apiKeys: hangingKeys,
        connections: 4,
        eventsPerSecond: HANGING_EVENTS_PER_SECOND,
        seconds: tools.seconds + 6,
      });
      // Until the first attempts have timed out and every lane knows.
      await sleep(6_000);
      const beside = await arrivals(tools, healthy, tools.seconds);
      await flood;
      const { requests } = await receivers.ask('seen', null);
      if (requests < HANGING) throw new Error(`Only ${requests} requests hung.`);
      const ms = (of: string, title: string, value: number) => ({
        name: `hanging.${of}`,
        title,
        value,
        unit: 'ms',
        better: 'lower' as const,
        target: null,
      });
      return [
        ms('alone', `${HEALTHY} healthy receivers, p99`, alone),
        ms('beside', `– beside ${HANGING} that hang`, beside),
        {
          name: 'hanging.times',
          title: '– times as long',
          value: beside / alone,
          unit: '×',
          better: 'lower',
          target: MOST_TIMES,
        },
      ];
    } finally {
      await product.stop();
      await receivers.stop();
    }
  },
};

/** Webhooks of several tenants, as many of each. @returns the tenants' keys */
async function subscribe(
  product: Product,
  name: string,
  tenants: number,
  urls: readonly string[],
): Promise<string[]> {
  const each = urls.length / tenants;
  const keys: string[] = [];
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    const apiKey = await product.createTenant(`${name}-${tenant}`);
    for (const url of urls.slice(tenant * each, (tenant + 1) * each)) {
      await product.createWebhook(url, { apiKey });
    }
    keys.push(apiKey);
  }
  return keys;
}

/** @returns p99 of milliseconds from before the publish request to arrival, over all deliveries */
async function arrivals(
  { load, receiver }: Tools,
  { product, apiKeys }: { product: Product; apiKeys: readonly string[] },
  seconds: number,
): Promise<number> {
  await receiver.ask('reset', { notes: true });
  const sent = await load.ask('paced', {
    origin: product.origin,
    apiKeys,
    connections: 16,
    eventsPerSecond: HEALTHY_EVENTS_PER_SECOND,
    seconds,
  });
  const expected = (sent.ids.length * HEALTHY) / HEALTHY_TENANTS;
  const untilMs = performance.now() + ARRIVAL_LIMIT_MS;
  while ((await receiver.ask('count', null)) < expected && performance.now() < untilMs) {
    await sleep(20);
  }
  const { ids, momentsMs } = await receiver.ask('arrivals', null);
  if (ids.length !== expected) {
    throw new Error(`hanging: ${expected} deliveries were due and ${ids.length} arrived.`);
  }
  const sentMs = new Map(sent.ids.map((id, at) => [id, sent.sentMs[at] ?? NaN]));
  const took = ids.map((id, at) => (momentsMs[at] ?? NaN) - (sentMs.get(id) ?? NaN));
  return percentile(Float64Array.from(took).toSorted(), 0.99);
}
