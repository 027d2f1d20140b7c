import { afterEach, beforeEach, expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { countPending, countRows, wholeLog } from '../kit/places.ts';

const EVENTS = ['message.received'];

let database: TestDatabase;
let node: TestEngine;
let quick: MoodyReceiver;
let big: number;
let small: number;

beforeEach(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, { retryScheduleSeconds: [1] });
  quick = await startMoodyReceiver();
  big = await makeTenant(node.database, 'big');
  small = await makeTenant(node.database, 'small');
  await makeWebhook(node, { tenantNo: small, url: quick.origin, events: EVENTS });
});

afterEach(async () => {
  await node.stop();
  await quick.close();
  await database.drop();
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function publishMany(count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const length = Math.min(1_000, count - from);
    await node.engine.publish(Array.from({ length }, (_, n) => makeEvent(big, 'big', from + n)));
  }
}

/** Publishes for the small tenant one by one. @returns how long each took to arrive, shortest first */
async function latencies(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const before = quick.seen.length;
    const since = performance.now();
    await node.engine.publish([makeEvent(small, 'small', n)]);
    await eventually('the event arrives', () => quick.seen.length > before);
    found.push((quick.seen[before]?.arrivedAt ?? Infinity) - since);
  }
  return found.toSorted((a, b) => a - b);
}

test("one tenant's 5,000 deliveries that wait for a slow receiver delay another tenant's by nothing that it notices", async () => {
  const slow = await startMoodyReceiver(async () => {
    await sleep(400);
    return 200;
  });
  await makeWebhook(node, { tenantNo: big, url: slow.origin, events: EVENTS });
  await publishMany(5_000);
  const found = await latencies(30);
  expect(found.at(-1)).toBeLessThan(1_000);
  expect(found[15]).toBeLessThan(200);
  await slow.close();
});

test("many hanging receivers of one tenant, with more waiting than a node holds: another tenant's next event arrives within a second", async () => {
  const hanging = await startMoodyReceiver(() => null);
  for (let n = 0; n < 30; n += 1) {
    await makeWebhook(node, { tenantNo: big, url: `${hanging.origin}/${n}`, events: EVENTS });
  }
  await publishMany(2_000);
  expect(await countPending(node.database)).toBe(60_000);
  const found = await latencies(20);
  expect(found.at(-1)).toBeLessThan(1_000);
  await hanging.close();
});

test("heavy bodies that wait for one hanging receiver: another tenant's next event arrives within a second", async () => {
  const hanging = await startMoodyReceiver(() => null);
  await makeWebhook(node, { tenantNo: big, url: hanging.origin, events: EVENTS });
  const filler = 'x'.repeat(90_000);
  for (let n = 0; n < 10; n += 1) {
    await node.engine.publish(
      Array.from({ length: 80 }, (_, at) => makeEvent(big, 'big', `${n}-${at}-${filler}`)),
    );
  }
  const found = await latencies(10);
  expect(found.at(-1)).toBeLessThan(1_000);
  await hanging.close();
});

test('more deliveries than memory holds of one webhook all arrive, once each, when its receiver comes back', async () => {
  const back = Promise.withResolvers<number>();
  const receiver = await startMoodyReceiver(() => back.promise);
  await makeWebhook(node, { tenantNo: big, url: receiver.origin, events: EVENTS });
  const count = BOUNDS.laneWindow + 2_500;
  await publishMany(count);
  await eventually(
    'the rest waits in the queue',
    async () => (await countRows(node.database, 'queue')) > 0,
  );
  back.resolve(200);
  const since = performance.now();
  await eventually('all have arrived', () => receiver.seen.length === count, 25_000);
  const perSecond = (count / (performance.now() - since)) * 1_000;
  // Some thousands on an idle machine.
  expect(perSecond).toBeGreaterThan(300);
  await eventually('all is logged', async () => (await wholeLog(node.database)).length === count);
  expect(receiver.counts().size).toBe(count);
  expect(await countPending(node.database)).toBe(0);
  expect(receiver.mostOpen()).toBeLessThanOrEqual(BOUNDS.laneMax);
  await receiver.close();
});

test('a receiver comes back after a thousand failures: requests to it at once stay bounded', async () => {
  let isBack = false;
  const receiver = await startMoodyReceiver(async () => {
    if (!isBack) return 500;
    await sleep(20);
    return 200;
  });
  await makeWebhook(node, { tenantNo: big, url: receiver.origin, events: EVENTS });
  await publishMany(1_000);
  await eventually('all failed once', () => receiver.seen.length >= 1_000);
  isBack = true;
  const failures = receiver.seen.length;
  await eventually('all is over', async () => (await countPending(node.database)) === 0, 25_000);
  expect(receiver.seen.length).toBeGreaterThan(failures);
  expect(receiver.mostOpen()).toBeLessThanOrEqual(BOUNDS.laneMax);
  const log = await wholeLog(node.database);
  expect(log).toHaveLength(1_000);
  expect(log.filter((row) => row.status === 1).length).toBeGreaterThan(500);
  await receiver.close();
});
