import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callApi } from '../kit/call-api.ts';
import { eventually } from '../kit/engine.ts';
import { freePort } from '../kit/free-port.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { Machine, type Product } from './product.ts';

const API_KEY = 'tenant-key-of-this-test';
const isLinux = process.platform === 'linux';

let receiver: Receiver;
let machine: Machine;

beforeAll(async () => {
  receiver = await startReceiver((_request, response) => response.end());
});
afterAll(() => receiver.close());
beforeEach(async () => {
  receiver.requests.length = 0;
  machine = await Machine.make();
});
afterEach(() => machine.clear());

const settings = () => ({
  DATA_DIR: machine.path('data'),
  BOOTSTRAP_API_KEY: API_KEY,
  ALLOW_HTTP_TARGETS: 'true',
  ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
});

async function startWorkers(count: number): Promise<{ product: Product; url: string }> {
  const product = machine.run(['start'], { ...settings(), WORKERS: String(count) });
  const [, url = ''] = await product.said(/runs at (http:\/\/\S+)/);
  await eventually('all have joined', () => nodesSeen(product).size === count);
  return { product, url };
}

/** Nodes that said so in the log. */
function nodesSeen({ err }: Product): Set<string> {
  return new Set([...err().matchAll(/"node":"(\d+)","role":"all","msg"/g)].map(([, id]) => id!));
}

/** Pids of the workers: children of the process that run the same program. */
function workersOf({ child }: Product): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const isOurs = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sydx.mjs');
        return parent === child.pid && isOurs;
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

async function subscribe(url: string): Promise<void> {
  await callApi({ url, apiKey: API_KEY }, 'POST', '/v1/webhooks', {
    name: 'Workers',
    url: `${receiver.origin}/hook`,
    events: ['campaign.sent'],
  });
}

/** Over a connection of its own each, so that workers take turns. @returns ids of the events */
async function publish(url: string, count: number): Promise<string[]> {
  const data = { name: 'Diwali', recipientCount: 1 };
  const one = async (): Promise<string> => {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'content-type': 'application/json',
        connection: 'close',
      },
      body: JSON.stringify({ type: 'campaign.sent', data }),
    });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  };
  return await Promise.all(Array.from({ length: count }, one));
}

const arrived = (): string[] => receiver.requests.map(({ headers }) => `${headers['webhook-id']}`);

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe.skipIf(!isLinux)('WORKERS (looks into /proc, so on Linux alone)', () => {
  test('several processes share the port and the work, each metric tells of all of them, and SIGTERM ends all', async () => {
    const { product, url } = await startWorkers(3);
    expect(workersOf(product)).toHaveLength(3);
    await subscribe(url);
    const ids = await publish(url, 90);
    await eventually('all have arrived', () => arrived().length >= ids.length);
    expect(arrived().toSorted()).toEqual(ids.toSorted());
    // Whoever answers, it is the sum; and what is not a sum is said once.
    for (let ask = 0; ask < 3; ask += 1) {
      expect(await metric(url, 'sydx_events_accepted_total{type="campaign.sent"}')).toBe(90);
      expect(await metric(url, 'sydx_ready')).toBe(1);
      expect(await metric(url, 'sydx_partitions_ahead_days')).toBeLessThan(30);
      expect(await metric(url, 'sydx_database_connections_limit{pool="hot"}')).toBe(18);
    }
    const page = await callApi<{ data: unknown[] }>(
      { url, apiKey: API_KEY },
      'GET',
      '/v1/deliveries?limit=100&status=success',
    );
    expect(page.data).toHaveLength(90);
    product.child.kill('SIGTERM');
    expect(await product.ended()).toBe(0);
    expect(workersOf(product)).toEqual([]);
    expect(product.out().match(/runs at/g)).toHaveLength(1);
    // PostgreSQL has ended as well: its directory is free for one process.
    const again = machine.run(['start'], settings());
    await again.said(/runs at/);
    again.child.kill('SIGTERM');
    expect(await again.ended()).toBe(0);
  });

  test('a worker that is killed is replaced, and what it held arrives', async () => {
    const { product, url } = await startWorkers(2);
    await subscribe(url);
    const ids = await publish(url, 40);
    const [victim = 0] = workersOf(product);
    process.kill(victim, 'SIGKILL');
    await eventually('another one takes its place', () => nodesSeen(product).size === 3);
    expect(product.err()).toContain('A worker process ended by itself');
    expect(workersOf(product)).not.toContain(victim);
    ids.push(...(await publish(url, 40)));
    await eventually('all have arrived', () => new Set(arrived()).size === ids.length);
    expect([...new Set(arrived())].toSorted()).toEqual(ids.toSorted());
    expect(product.child.exitCode).toBeNull();
    product.child.kill('SIGTERM');
    expect(await product.ended()).toBe(0);
  });

  test('workers end with the process above them, and the next start goes on', async () => {
    const { product, url } = await startWorkers(2);
    await subscribe(url);
    const before = workersOf(product);
    product.child.kill('SIGKILL');
    await product.ended();
    const alive = (pid: number): boolean => readdirSync('/proc').includes(String(pid));
    await eventually('the workers are gone', () => !before.some(alive));
    const next = await startWorkers(2);
    const ids = await publish(next.url, 10);
    await eventually('all have arrived', () => new Set(arrived()).size === ids.length);
    next.product.child.kill('SIGTERM');
    expect(await next.product.ended()).toBe(0);
  });

  test('Ctrl+C, which reaches every process of a terminal, is one signal', async () => {
    const { product } = await startWorkers(2);
    for (const pid of [product.child.pid ?? 0, ...workersOf(product)]) process.kill(pid, 'SIGINT');
    expect(await product.ended()).toBe(0);
    expect(product.err().match(/This node has left/g)).toHaveLength(2);
  });
});

test('a start that cannot be says why, once, and leaves nothing running', async () => {
  const port = String(await freePort());
  const taken = machine.run(['start'], { ...settings(), PORT: port });
  await taken.said(/runs at/);
  const product = machine.run(['start'], {
    ...settings(),
    DATA_DIR: machine.path('other'),
    PORT: port,
    WORKERS: '2',
  });
  expect(await product.ended()).toBe(1);
  expect(product.err().match(/Port \d+ of 127.0.0.1 is taken/g)).toHaveLength(1);
  expect(product.err()).toContain('The first worker process did not start');
});

test.each([
  [['start'], { WORKERS: '0' }, 'WORKERS is "0": write a whole number from 1 to 64, or auto.'],
  [['start'], { WORKERS: '65' }, 'WORKERS is "65": write a whole number from 1 to 64, or auto.'],
  [['start'], { WORKERS: 'two' }, 'WORKERS is "two": write a whole number from 1 to 64, or auto.'],
  [['start', '--demo'], { WORKERS: '2' }, 'The demo runs in one process: start it without WORKERS'],
])('%j with %j is refused with a sentence', async (args, env, sentence) => {
  const product = machine.run(args, { ...settings(), ...env });
  expect(await product.ended()).toBe(1);
  expect(product.err()).toContain(sentence);
});
