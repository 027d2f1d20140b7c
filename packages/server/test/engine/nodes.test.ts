import { afterEach, beforeEach, expect, test } from 'vitest';
import { ShuttingDown } from '../../src/engine/errors.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { changeWebhook } from '../../src/store/change-webhook.ts';
import { claimQueue } from '../../src/store/claim-queue.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { takeOverOne } from '../../src/store/hand-back.ts';
import { registerNode } from '../../src/store/nodes.ts';
import { publishEvents } from '../../src/store/publish-events.ts';
import { createPartitions } from '../../src/store/partitions.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type Mood, type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import {
  countPending,
  countRows,
  earlierAttempts,
  endLease,
  eventNumber,
  logOf,
  nodeIds,
  wholeLog,
} from '../kit/places.ts';

const EVENTS = ['message.received'];

let database: TestDatabase;
let direct: Database;
let nodes: TestEngine[];
let receivers: MoodyReceiver[];

beforeEach(async () => {
  database = await createDatabase();
  direct = openDatabase(database.url, () => undefined);
  nodes = [];
  receivers = [];
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  for (const receiver of receivers) await receiver.close();
  await direct.close();
  await database.drop();
});

async function start(options: Parameters<typeof startTestEngine>[1] = {}): Promise<TestEngine> {
  const node = await startTestEngine(database.url, { logLevel: 'fatal', ...options });
  nodes.push(node);
  return node;
}

async function receive(mood?: Mood): Promise<MoodyReceiver> {
  const receiver = await startMoodyReceiver(mood);
  receivers.push(receiver);
  return receiver;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function attemptsOf({ metrics }: TestEngine): Promise<number> {
  const { values } = await metrics.attempts.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

test('ROLE=api accepts and a worker delivers, woken at once', async () => {
  const api = await start({ role: 'api' });
  const worker = await start({ role: 'worker' });
  const receiver = await receive();
  const tenantNo = await makeTenant(direct, 'acme');
  await makeWebhook(api, { tenantNo, url: receiver.origin, events: EVENTS });
  for (let n = 0; n < 10; n += 1) {
    const since = performance.now();
    await api.engine.publish([makeEvent(tenantNo, 'acme', n)]);
    await eventually('it arrives', () => receiver.seen.length === n + 1);
    expect(performance.now() - since).toBeLessThan(2_000);
  }
  await eventually('all is logged', async () => (await wholeLog(direct)).length === 10);
  expect(await attemptsOf(api)).toBe(0);
  expect(await attemptsOf(worker)).toBe(10);
});

test('two workers share what one node accepts, and nothing is sent twice', async () => {
  const api = await start({ role: 'api' });
  const workers = [await start({ role: 'worker' }), await start({ role: 'worker' })];
  const receiver = await receive(async () => {
    await sleep(30);
    return 200;
  });
  const tenantNo = await makeTenant(direct, 'acme');
  for (let n = 0; n < 30; n += 1) {
    await makeWebhook(api, { tenantNo, url: `${receiver.origin}/${n}`, events: EVENTS });
  }
  for (let n = 0; n < 40; n += 1) await api.engine.publish([makeEvent(tenantNo, 'acme', n)]);
  await eventually('all is logged', async () => (await wholeLog(direct)).length === 1_200, 20_000);
  expect(receiver.seen).toHaveLength(1_200);
  expect(new Set(receiver.seen.map(({ deliveryId }) => deliveryId)).size).toBe(1_200);
  for (const worker of workers) expect(await attemptsOf(worker)).toBeGreaterThan(50);
  expect(await countPending(direct)).toBe(0);
  expect(await countRows(direct, 'inflight')).toBe(0);
});

test('after five lost leases the delivery fails as worker_lost', async () => {
  await createPartitions(direct.general, 1);
  const tenantNo = await makeTenant(direct, 'acme');
  const keyring = (await start({ role: 'api' })).keyring;
  await makeWebhook(
    { database: direct, keyring },
    { tenantNo, url: 'http://127.0.0.1:9', events: EVENTS },
  );
  // Nodes that die with a delivery in their hands, by the statements that nodes run.
  const first = await registerNode(direct.control, 'worker', 'test', 0);
  const lessee = { nodeId: first.id, number: '1', saturated: [] };
  const { eventIds } = await publishEvents(direct.hot, [makeEvent(tenantNo, 'acme', 1)], lessee);
  for (let lost = 1; lost <= 5; lost += 1) {
    expect(await countPending(direct)).toBe(1);
    expect(await takeOverOne(direct.general)).toMatchObject({ deliveryCount: 1 });
    if (lost === 5) break;
    const { id: nodeId } = await registerNode(direct.control, 'worker', 'test', 0);
    const { claimed } = await claimQueue(direct.hot, { nodeId, number: '1' }, '0', [], 10, 10);
    expect(claimed).toMatchObject([{ attempt: 1, lost }]);
  }
  expect(await logOf(direct, eventIds[0] ?? '')).toMatchObject([
    { status: 2, error: 'worker_lost' },
  ]);
  expect(await countPending(direct)).toBe(0);
});

test('what a node declared dead still records changes nothing; it begins a new life and works on', async () => {
  const node = await start({ role: 'all' });
  const answer = Promise.withResolvers<number>();
  const receiver = await receive((_attempt, nth) => (nth === 1 ? answer.promise : 200));
  const tenantNo = await makeTenant(direct, 'acme');
  await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  const [before = ''] = await nodeIds(direct);
  await node.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
  await eventually('the attempt is under way', () => receiver.seen.length === 1);

  await endLease(direct, before);
  expect(await takeOverOne(direct.general)).toMatchObject({ nodeId: before, deliveryCount: 1 });
  answer.resolve(500);

  const eventId = eventNumber(receiver.seen[0]?.eventId ?? '');
  await eventually(
    'its next life delivers',
    async () => (await logOf(direct, eventId)).length === 1,
  );
  const [row] = await logOf(direct, eventId);
  expect(row).toMatchObject({ status: 1, attempt_count: 1, status_code: 200 });
  expect(await earlierAttempts(direct, row?.id ?? '')).toEqual([]);
  expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(await nodeIds(direct)).not.toContain(before);
});

test('a Test whose node is declared dead is answered with an error and logged as interrupted', async () => {
  const node = await start({ role: 'api' });
  const answer = Promise.withResolvers<number>();
  const receiver = await receive(() => answer.promise);
  const tenantNo = await makeTenant(direct, 'acme');
  const { id } = await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  const testing = node.engine
    .test({ id, tenantNo, tenantId: 'acme' })
    .catch((error: unknown) => error);
  await eventually('it is under way', () => receiver.seen.length === 1);
  for (const nodeId of await nodeIds(direct)) {
    await endLease(direct, nodeId);
    await takeOverOne(direct.general);
  }
  answer.resolve(200);
  expect(await testing).toBeInstanceOf(ShuttingDown);
  expect(await wholeLog(direct)).toMatchObject([{ status: 2, error: 'interrupted' }]);
  await eventually('it works again', () =>
    node.engine.test({ id, tenantNo, tenantId: 'acme' }).then(
      () => true,
      () => false,
    ),
  );
});

test('a Test answers with its delivery, is sent while the webhook is disabled, is one attempt and never retried', async () => {
  const node = await start({ role: 'api', retryScheduleSeconds: [0.1] });
  const worker = await start({ role: 'worker', retryScheduleSeconds: [0.1] });
  const receiver = await receive((_attempt, nth) => (nth === 1 ? 200 : 500));
  const tenantNo = await makeTenant(direct, 'acme');
  const { id } = await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  const changed = await changeWebhook(direct.general, tenantNo, id, { enabled: false }, SYSTEM);
  await node.engine.settingsChanged(changed?.version ?? '');

  const fine = await node.engine.test({ id, tenantNo, tenantId: 'acme' });
  const failed = await node.engine.test({ id, tenantNo, tenantId: 'acme' });
  const log = new Map((await wholeLog(direct)).map((row) => [row.id, row]));
  expect(log.get(fine)).toMatchObject({ status: 1, attempt_count: 1, status_code: 200 });
  expect(log.get(failed)).toMatchObject({ status: 2, attempt_count: 1, status_code: 500 });
  await sleep(600);
  expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(receiver.seen.map(({ headers }) => headers['x-sydx-event'])).toEqual([
    'test.ping',
    'test.ping',
  ]);
  expect(await countRows(direct, 'queue')).toBe(0);
  expect(await countRows(direct, 'inflight')).toBe(0);
  expect(await attemptsOf(worker)).toBe(0);
});

test('a change is confirmed by every living node, and a dead one holds it up for a second at most', async () => {
  const api = await start({ role: 'api' });
  await start({ role: 'worker' });
  const tenantNo = await makeTenant(direct, 'acme');
  const { id } = await makeWebhook(api, { tenantNo, url: 'http://127.0.0.1:9', events: EVENTS });
  const change = async (name: string): Promise<number> => {
    const changed = await changeWebhook(direct.general, tenantNo, id, { name }, SYSTEM);
    const since = performance.now();
    await api.engine.settingsChanged(changed?.version ?? '');
    return performance.now() - since;
  };
  expect(await change('one')).toBeLessThan(1_000);
  const { rows } = await direct.general.query<{ behind: number }>(
    `select count(*)::int as behind from sydx.nodes, sydx.settings_clock
     where settings_version < version`,
  );
  expect(rows[0]?.behind).toBe(0);
  await registerNode(direct.control, 'worker', 'gone', 10);
  const held = await change('two');
  expect(held).toBeGreaterThan(900);
  expect(held).toBeLessThan(2_000);
});

test('a node says in its metrics how much waits in the queue', async () => {
  const first = await start({ role: 'api' });
  const tenantNo = await makeTenant(direct, 'acme');
  const { origin: url } = await receive();
  await makeWebhook(first, { tenantNo, url, events: EVENTS });
  await first.engine.publish([1, 2, 3].map((n) => makeEvent(tenantNo, 'acme', n)));
  const { metrics } = await start({ role: 'api' });
  const depth = async () => (await metrics.queueDepth.get()).values[0]?.value;
  await eventually('it counted', async () => (await depth()) === 3);
});
