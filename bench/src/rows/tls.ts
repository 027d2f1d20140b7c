import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '@sydx/server/test/kit/certificates.ts';
import { type Figure, type OwnRow, RATE, type Tools } from '../bench.ts';
import type { ManyReceivers } from '../many-receivers.ts';
import { momentMs } from '../moment.ts';
import { memoryOf } from '../process-cost.ts';
import type { Product } from '../product.ts';
import { Remote } from '../remote.ts';

const RECEIVERS = 200;
const ANSWER_AFTER_MS = 20;
const DRAIN_LIMIT_MS = 120_000;
const MB = 1_000_000;
/** A handshake for each request would be 100. */
const MOST_HANDSHAKES = 5;

/** Each event goes to 200 receivers, each of them slow and behind TLS. */
export const tls: OwnRow = {
  name: 'tls200',
  own: true,
  description: `${RECEIVERS} receivers over TLS that answer after ${ANSWER_AFTER_MS} ms: throughput, sockets, handshakes, memory`,
  measure: async (tools) => {
    const receivers = new Remote<ManyReceivers>(new URL('../many-receivers.ts', import.meta.url));
    const dir = await mkdtemp(join(tmpdir(), 'sydx-bench-ca-'));
    try {
      const authority = await createAuthority('Sydx Bench CA');
      const certificate = await authority.issue({ hosts: ['127.0.0.1'] });
      const ca = join(dir, 'ca.pem');
      await writeFile(ca, authority.ca);
      const ports = await receivers.ask('listen', {
        count: RECEIVERS,
        answerAfterMs: ANSWER_AFTER_MS,
        certificate,
      });
      const product = await tools.startProduct({ env: { NODE_EXTRA_CA_CERTS: ca } });
      try {
        for (const port of ports) await product.createWebhook(`https://127.0.0.1:${port}/hook`);
        return await run(tools, product, receivers);
      } finally {
        await product.stop();
      }
    } finally {
      await receivers.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function run(
  tools: Tools,
  product: Product,
  receivers: Remote<ManyReceivers>,
): Promise<Figure[]> {
  await publish(tools, product, tools.warmUpSeconds);
  const before = await receivers.ask('seen', null);
  const { deliveries, tookS, open } = await publish(tools, product, tools.seconds, receivers);
  const after = await receivers.ask('seen', null);
  const requests = after.requests - before.requests;
  const connections = after.connections - before.connections;
  if (requests !== deliveries) {
    throw new Error(`tls200: ${deliveries} succeeded, and ${requests} were received.`);
  }
  const figure = (name: string, title: string, value: number, unit: string): Figure => ({
    name: `tls200.${name}`,
    title,
    value,
    unit,
    better: unit === RATE ? 'higher' : 'lower',
    target: null,
  });
  const title = `${RECEIVERS} receivers over TLS, ${ANSWER_AFTER_MS} ms each`;
  const handshakes = figure(
    'handshakes',
    '– handshakes for 100 requests',
    (100 * connections) / requests,
    '',
  );
  return [
    figure('rate', title, deliveries / tookS, RATE),
    { ...handshakes, target: MOST_HANDSHAKES },
    figure('sockets', '– open connections under load', open, ''),
    figure('memory', '– resident memory, peak', memoryOf(product.pid).peakBytes / MB, 'MB'),
  ];
}

/** @throws Error unless every delivery succeeds */
async function publish(
  { load }: Tools,
  product: Product,
  seconds: number,
  receivers?: Remote<ManyReceivers>,
): Promise<{ deliveries: number; tookS: number; open: number }> {
  const since = await product.postgres.newId();
  const { events, startedMs } = await load.ask('publish', {
    origin: product.origin,
    apiKeys: [product.apiKey],
    connections: 4,
    eventsPerRequest: 1,
    seconds,
  });
  const open = (await receivers?.ask('seen', null))?.open ?? 0;
  const deliveries = events * RECEIVERS;
  const untilMs = momentMs() + DRAIN_LIMIT_MS;
  while ((await product.postgres.countLogged(since)) < deliveries && momentMs() < untilMs) {
    await sleep(20);
  }
  const tookS = (momentMs() - startedMs) / 1_000;
  const { success } = await product.postgres.logged(since);
  if (success !== deliveries) throw new Error(`tls200: ${success} of ${deliveries} succeeded.`);
  return { deliveries, tookS, open };
}
