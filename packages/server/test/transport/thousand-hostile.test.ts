import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type HostileProcess, startHostileProcess } from '../kit/hostile-process.ts';
import { settledBytes } from '../kit/memory.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { wholeLog } from '../kit/places.ts';

const EVENTS = ['message.received'];
const HOSTILE = 1_000;
const HEALTHY = 100;
const MIB = 1024 * 1024;

let database: TestDatabase;
let node: TestEngine;
let hostile: HostileProcess;
let healthy: MoodyReceiver;
let bad: number;
let good: number;

beforeEach(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, {
    retryScheduleSeconds: [0.5],
    logLevel: 'silent',
    // Each receiver is an origin of its own, all on this machine.
    transport: { resolve: () => Promise.resolve(['127.0.0.1']) },
  });
  hostile = await startHostileProcess();
  healthy = await startMoodyReceiver();
  bad = await makeTenant(node.database, 'bad');
  good = await makeTenant(node.database, 'good');
  for (let n = 0; n < HEALTHY; n += 1) {
    const url = `http://healthy-${n}.example.com:${healthy.port}/`;
    await makeWebhook(node, { tenantNo: good, url, events: EVENTS });
  }
}, 120_000);

afterEach(async () => {
  await node.stop();
  await hostile.close();
  await healthy.close();
  await database.drop();
});

async function makeHostile(path: (n: number) => string): Promise<void> {
  for (let n = 0; n < HOSTILE; n += 1) {
    const url = `http://hostile-${n}.example.com:${hostile.port}/${path(n)}`;
    await makeWebhook(node, { tenantNo: bad, url, events: EVENTS });
  }
}

/** Publishes one by one to the healthy ones. @returns how long each delivery took, shortest first */
async function latencies(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const before = healthy.seen.length;
    const since = performance.now();
    await node.engine.publish([makeEvent(good, 'good', n)]);
    const all = () => healthy.seen.length === before + HEALTHY;
    await eventually('all healthy receivers are served', all, 60_000);
    for (const { arrivedAt } of healthy.seen.slice(before)) found.push(arrivedAt - since);
  }
  return found.toSorted((a, b) => a - b);
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? 0;

it('1,000 receivers that hang beside 100 that answer: the 100 keep their latency', async () => {
  await latencies(3);
  const without = p99(await latencies(20));
  await makeHostile(() => 'hang');
  for (let n = 0; n < 3; n += 1) await node.engine.publish([makeEvent(bad, 'bad', n)]);
  await eventually('1,000 hang', async () => (await hostile.openCount()) >= HOSTILE, 60_000);
  const beside = p99(await latencies(20));
  expect(await hostile.openCount()).toBeGreaterThan(0);
  // The bench measures it; here the bound only has to tell milliseconds from a deadline.
  expect(beside).toBeLessThan(without * 10 + 1_000);
}, 240_000);

it('1,000 hostile receivers of every kind at once: every outcome is recorded, and neither memory nor the event loop nor a healthy receiver notices', async () => {
  await makeHostile(String);
  await latencies(3);
  const before = await settledBytes();
  const delays = monitorEventLoopDelay();
  delays.enable();
  let most = 0;
  const watch = setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    most = Math.max(most, heapUsed + external);
  }, 100);
  await node.engine.publish([makeEvent(bad, 'bad', 1)]);
  const beside = await latencies(10);
  const ended = async () => (await wholeLog(node.database)).length === HOSTILE + 13 * HEALTHY;
  await eventually('every delivery ends', ended, 180_000);
  clearInterval(watch);
  delays.disable();
  const growth = (await settledBytes()) - before;

  expect(p99(beside)).toBeLessThan(4_000);
  const log = await wholeLog(node.database);
  const failed = log.filter(({ error }) => error !== null);
  expect(failed.every(({ attempt_count }) => attempt_count === 2)).toBe(true);
  expect(new Set(failed.map(({ error }) => error))).toEqual(
    new Set([
      'timeout',
      'status_1xx',
      'status_3xx',
      'status_5xx',
      'status_invalid',
      'response_headers_too_large',
      'connection_reset',
      'not_http',
    ]),
  );
  // Wide: a machine under load lets any process wait.
  const delayMs = { median: delays.percentile(50) / 1e6, most: delays.max / 1e6 };
  expect(delayMs.median).toBeLessThan(100);
  expect(delayMs.most).toBeLessThan(3_000);
  expect(most - before).toBeLessThan(600 * MIB);
  expect(growth).toBeLessThan(64 * MIB);
}, 300_000);
