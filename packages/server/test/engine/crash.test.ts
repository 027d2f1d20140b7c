import { afterAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import {
  killNodeProcesses,
  type NodeOptions,
  type NodeProcess,
  startNodeProcess,
} from '../kit/node-process.ts';
import {
  countPending,
  earlierAttempts,
  endLease,
  eventNumber,
  logOf,
  nodeIds,
  wholeLog,
} from '../kit/places.ts';
import { expectNothingLost } from '../kit/reconcile.ts';

const EVENTS = ['message.received'];
const SECOND = 1_000;
/** For what should happen at once: many processes share two cores. */
const PATIENCE_MS = 30 * SECOND;
/** What a stop may take: 6 s, and what a busy machine adds to them. Less than a lease. */
const STOP_MS = 9 * SECOND;
/** What a takeover may take: 15 s are promised (a lease of 10 and a look every second), likewise. */
const TAKEOVER_MS = 25 * SECOND;

afterAll(killNodeProcesses);

/** A database of its own with a node in this process, and one tenant. */
async function world(options: Parameters<typeof startTestEngine>[1] = {}): Promise<{
  url: string;
  node: TestEngine;
  tenantNo: number;
  spawn: (options?: Partial<NodeOptions>) => Promise<NodeProcess>;
  end: () => Promise<void>;
}> {
  const database = await createDatabase();
  const node = await startTestEngine(database.url, options);
  const tenantNo = await makeTenant(node.database, 'acme');
  const spawned: NodeProcess[] = [];
  return {
    url: database.url,
    node,
    tenantNo,
    spawn: async (wanted = {}) => {
      const child = await startNodeProcess({ url: database.url, ...wanted });
      spawned.push(child);
      return child;
    },
    end: async () => {
      for (const child of spawned) {
        child.signal('SIGKILL');
        await child.ended();
      }
      await node.stop();
      await database.drop();
    },
  };
}

/** Waits until a node that was told to publish makes its first request. */
async function firstPost(receiver: MoodyReceiver, node: NodeProcess): Promise<void> {
  await eventually(
    'the POST is under way',
    () => {
      expect(node.refused).toEqual([]);
      return receiver.seen.length === 1;
    },
    PATIENCE_MS,
  );
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('kill -9 of any process at any moment', () => {
  test('after 202 loses no event: accepted = received, reconciled by id, under load, many rounds', async () => {
    const dice = throwDice();
    console.info(`SEED=${dice.seed}`);
    const { url, node, tenantNo, spawn, end } = await world({ role: 'api' });
    const receiver = await startMoodyReceiver();
    await makeWebhook(node, { tenantNo, url: `${receiver.origin}/a`, events: EVENTS });
    const own = await nodeIds(node.database);
    const nodes: NodeProcess[] = [];
    const start = async (): Promise<NodeProcess> => {
      const started = await spawn();
      started.order({ kind: 'load', tenantNo, tenantId: 'acme', clients: 8 });
      nodes.push(started);
      return started;
    };

    let running = await start();
    for (let round = 0; round < 5; round += 1) {
      await sleep(dice.between(20, 900));
      // In some rounds another node is there already, in others everything that delivers is dead.
      const next = dice.between(0, 1) === 0 ? await start() : null;
      const before = await nodeIds(node.database);
      running.signal('SIGKILL');
      await running.ended();
      const known = new Set(own);
      if (next === null)
        for (const id of before) if (!known.has(id)) await endLease(node.database, id);
      running = next ?? (await start());
    }
    running.signal('SIGKILL');
    await running.ended();
    for (const id of await nodeIds(node.database)) {
      if (!own.includes(id)) await endLease(node.database, id);
    }

    const heir = await startTestEngine(url);
    const accepted = nodes.flatMap((each) => each.accepted);
    expect(accepted.length).toBeGreaterThan(200);
    await expectNothingLost(node.database, accepted, receiver, 60 * SECOND);
    await heir.stop();
    await receiver.close();
    await end();
  }, 120_000);
});

describe.concurrent('with leases of ten seconds', () => {
  test('kill -9 in the middle of a POST: delivered again once the lease ends, same webhook-id, same number, no retry used up', async () => {
    const { node, tenantNo, spawn, end } = await world({
      role: 'worker',
      retryScheduleSeconds: [0.2, 0.2, 0.2],
    });
    const receiver = await startMoodyReceiver((_attempt, nth) => (nth === 1 ? null : 500));
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
    const victim = await spawn();

    victim.order({ kind: 'publish', events: [makeEvent(tenantNo, 'acme', 1)] });
    await firstPost(receiver, victim);
    victim.signal('SIGKILL');
    const killedAt = performance.now();
    await victim.ended();
    await eventually('it comes again', () => receiver.seen.length === 2, TAKEOVER_MS);

    const waitedMs = (receiver.seen[1]?.arrivedAt ?? 0) - killedAt;
    expect(waitedMs).toBeGreaterThan(8 * SECOND);
    expect(waitedMs).toBeLessThan(TAKEOVER_MS);
    console.info(`taken over ${(waitedMs / SECOND).toFixed(1)} s after kill -9`);
    const eventId = eventNumber(receiver.seen[0]?.eventId ?? '');
    await eventually('it has failed', async () => (await logOf(node.database, eventId)).length > 0);
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 3, 4]);
    expect(new Set(receiver.seen.map((seen) => seen.eventId)).size).toBe(1);
    const [row] = await logOf(node.database, eventId);
    expect(row).toMatchObject({ status: 2, attempt_count: 4, status_code: 500 });
    expect(await earlierAttempts(node.database, row?.id ?? '')).toEqual([1, 2, 3]);
    await receiver.close();
    await end();
  }, 90_000);

  test('a node frozen (SIGSTOP) past its lease and woken: no outcome is overwritten, and it starts a new life', async () => {
    const { node, tenantNo, spawn, end } = await world({ role: 'worker' });
    const first = Promise.withResolvers<number>();
    const receiver = await startMoodyReceiver((_attempt, nth) => (nth === 1 ? first.promise : 200));
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
    const sleeper = await spawn();
    const before = await nodeIds(node.database);

    sleeper.order({ kind: 'publish', events: [makeEvent(tenantNo, 'acme', 1)] });
    await firstPost(receiver, sleeper);
    sleeper.signal('SIGSTOP');
    const eventId = eventNumber(receiver.seen[0]?.eventId ?? '');
    await eventually(
      'another node delivered it',
      async () => (await logOf(node.database, eventId)).length === 1,
      TAKEOVER_MS,
    );
    // What the frozen node waits for is an answer that says the opposite.
    first.resolve(500);
    sleeper.signal('SIGCONT');
    sleeper.order({ kind: 'publish', events: [makeEvent(tenantNo, 'acme', 2)] });

    await eventually('it lives anew', async () => {
      const now = await nodeIds(node.database);
      return now.length === 2 && now.some((id) => !before.includes(id));
    });
    await eventually('what it was given then is accepted', () => sleeper.accepted.length === 2);
    const secondId = sleeper.accepted[1] ?? '';
    await eventually(
      'and delivered',
      async () => (await logOf(node.database, secondId)).length > 0,
    );
    await eventually('nothing is pending', async () => (await countPending(node.database)) === 0);
    const [row] = await logOf(node.database, eventId);
    expect(row).toMatchObject({ status: 1, attempt_count: 1, status_code: 200, error: null });
    expect(await earlierAttempts(node.database, row?.id ?? '')).toEqual([]);
    expect(receiver.seen.filter((seen) => seen.eventId === receiver.seen[0]?.eventId)).toHaveLength(
      2,
    );
    await receiver.close();
    await end();
  }, 90_000);

  test('a Test whose node dies ends as interrupted and is not repeated', async () => {
    const { node, tenantNo, spawn, end } = await world({ role: 'worker' });
    const receiver = await startMoodyReceiver(() => null);
    const { id } = await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
    const victim = await spawn({ role: 'api' });

    victim.order({ kind: 'test', webhook: { id, tenantNo, tenantId: 'acme' } });
    await eventually('the Test is under way', () => {
      expect(victim.refused).toEqual([]);
      return receiver.seen.length === 1;
    });
    victim.signal('SIGKILL');
    await victim.ended();

    const eventId = eventNumber(receiver.seen[0]?.eventId ?? '');
    await eventually(
      'it is logged',
      async () => (await logOf(node.database, eventId)).length === 1,
      TAKEOVER_MS,
    );
    const [row] = await logOf(node.database, eventId);
    expect(row).toMatchObject({ status: 2, error: 'interrupted', status_code: null });
    expect(await countPending(node.database)).toBe(0);
    expect(receiver.seen).toHaveLength(1);
    await receiver.close();
    await end();
  }, 90_000);

  test('SIGTERM: stops taking work, finishes what is in flight within 6 s and hands the rest to the other node at once, no attempt lost or counted twice, exit 0', async () => {
    const { node, tenantNo, spawn, end } = await world({ role: 'worker' });
    const receiver = await startMoodyReceiver(async () => {
      await sleep(1_500);
      return 200;
    });
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
    const leaver = await spawn();
    const events = Array.from({ length: 40 }, (_, n) => makeEvent(tenantNo, 'acme', n));

    leaver.order({ kind: 'publish', events });
    await eventually('it is busy', () => receiver.seen.length >= 8, PATIENCE_MS);
    const busyWith = receiver.seen.length;
    const askedAt = performance.now();
    leaver.signal('SIGTERM');
    // At once, which on a busy machine is far from the ten seconds of a lease.
    await eventually('the other node has begun', () => receiver.seen.length > busyWith, STOP_MS);
    const handOverMs = (receiver.seen[busyWith]?.arrivedAt ?? 0) - askedAt;
    console.info(`handed over ${handOverMs.toFixed(0)} ms after SIGTERM`);
    expect(await leaver.ended()).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(STOP_MS);

    await eventually(
      'all is logged',
      async () => (await wholeLog(node.database)).length === 40,
      15 * SECOND,
    );
    expect([...receiver.counts().values()].every((count) => count === 1)).toBe(true);
    expect(receiver.counts().size).toBe(40);
    const log = await wholeLog(node.database);
    expect(log.filter((row) => row.status !== 1 || row.attempt_count !== 1)).toEqual([]);
    expect(await countPending(node.database)).toBe(0);
    await receiver.close();
    await end();
  }, 90_000);

  test('SIGTERM while a receiver hangs: over within 6 s, the attempt counted once, the next one at the other node, exit 0', async () => {
    const { node, tenantNo, spawn, end } = await world({
      role: 'worker',
      retryScheduleSeconds: [0.5],
    });
    const receiver = await startMoodyReceiver((_attempt, nth) => (nth === 1 ? null : 200));
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
    const leaver = await spawn({ retryScheduleSeconds: [0.5] });

    leaver.order({ kind: 'publish', events: [makeEvent(tenantNo, 'acme', 1)] });
    await firstPost(receiver, leaver);
    leaver.signal('SIGTERM');
    const askedAt = performance.now();
    expect(await leaver.ended()).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(STOP_MS);

    await eventually('all is logged', async () => (await wholeLog(node.database)).length === 1);
    const [row] = await wholeLog(node.database);
    expect(row).toMatchObject({ status: 1, attempt_count: 2, status_code: 200 });
    expect(await earlierAttempts(node.database, row?.id ?? '')).toEqual([1]);
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await receiver.close();
    await end();
  }, 90_000);
});
