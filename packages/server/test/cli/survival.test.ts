import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { throwDice } from '../kit/dice.ts';
import { eventually } from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { clearOwnPostgres, OwnPostgres } from '../kit/own-postgres.ts';
import { noPgBouncer, startPgBouncer } from '../kit/pgbouncer.ts';
import { eventNumber } from '../kit/places.ts';
import { expectNothingLost } from '../kit/reconcile.ts';
import { Fleet, type FleetNode } from './fleet.ts';

/** What a stop may take: 6 s, and what a busy machine adds to them. */
const STOP_MS = 9_000;
/** For what should happen at once: many processes share two cores. */
const PATIENCE_MS = 60_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let postgres: OwnPostgres;
let direct: Database;
let fleet: Fleet;
let receiver: MoodyReceiver;

beforeEach(async () => {
  postgres = await OwnPostgres.start();
  direct = openDatabase(postgres.url, () => undefined);
  fleet = await Fleet.make(postgres.url);
  receiver = await startMoodyReceiver();
});

afterEach(async () => {
  await fleet.clear();
  await direct.close();
  await receiver.close();
  await postgres.clear();
});

afterAll(clearOwnPostgres);

async function expectAllArrived(of = fleet): Promise<void> {
  const accepted = of.accepted.map(eventNumber);
  const { events, repeats } = await expectNothingLost(direct, accepted, receiver, 60_000);
  console.info(`${accepted.length} accepted, ${events} stored and received, ${repeats} repeats`);
}

describe('processes of the product on one PostgreSQL', () => {
  test('after 202, kill -9 of any process at any moment (api, worker, all, PostgreSQL itself) loses no event: accepted = received, reconciled by id, under load, many rounds', async () => {
    const dice = throwDice();
    console.info(`SEED=${dice.seed}`);
    for (const role of ['all', 'api', 'worker'] as const) await fleet.add(role);
    await fleet.makeWebhook(receiver.origin);
    fleet.startPublishing(6);
    await fleet.accepts(50);
    for (let round = 0; round < 6; round += 1) {
      await sleep(dice.between(20, 1_500));
      const victim = fleet.nodes[dice.between(0, fleet.nodes.length)];
      if (victim === undefined || round === 2) {
        await postgres.stop('kill');
        await sleep(dice.between(0, 500));
        await postgres.start();
      } else {
        victim.product.child.kill('SIGKILL');
        await fleet.ended(victim);
        await fleet.add(victim.role);
      }
    }
    await fleet.accepts(50);
    await fleet.stopPublishing();
    expect(fleet.accepted.length).toBeGreaterThan(200);
    await expectAllArrived();
  }, 240_000);

  test('PostgreSQL stopped and started under load: nothing lost, the API answers 503 with a problem document meanwhile and recovers by itself; no role is ready meanwhile, all are again after', async () => {
    for (const role of ['all', 'api', 'worker'] as const) await fleet.add(role);
    await fleet.makeWebhook(receiver.origin);
    fleet.startPublishing(6);
    await fleet.accepts(50);
    for (const how of ['fast', 'immediate'] as const) {
      fleet.refusals.length = 0;
      await postgres.stop(how);
      await eventually('503 is told', () => fleet.refusals.length > 10, PATIENCE_MS);
      for (const node of fleet.nodes) {
        await eventually('it is not ready', async () => !(await fleet.isReady(node)), PATIENCE_MS);
        expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
      }
      const told = new Set(fleet.refusals.map((each) => Object.values(each).join(' ')));
      expect([...told]).toEqual([
        '503 application/problem+json; charset=utf-8 database_unavailable',
      ]);
      // Past a lease once: everybody begins a new life then.
      if (how === 'immediate') await sleep(11_000);
      await postgres.start();
      for (const node of fleet.nodes) {
        await eventually('it is ready again', () => fleet.isReady(node), PATIENCE_MS);
      }
      await fleet.accepts(50);
    }
    await fleet.stopPublishing();
    await expectAllArrived();
  }, 240_000);

  test('a rolling restart under load: nodes find each other through PostgreSQL alone, /readyz turns false first, nobody behind a load balancer notices, nothing is lost, sent twice or counted twice, each exits with 0', async () => {
    for (const role of ['all', 'all', 'worker'] as const) await fleet.add(role);
    await fleet.makeWebhook(receiver.origin);
    // A load balancer that looks every 200 ms.
    const ready = new Set<FleetNode>(fleet.nodes);
    const looking = setInterval(() => {
      for (const node of fleet.nodes) {
        void fleet
          .isReady(node)
          .then((isReady) => (isReady ? ready.add(node) : ready.delete(node)));
      }
    }, 200);
    fleet.startPublishing(6, (node) => ready.has(node));
    await fleet.accepts(100);
    for (const leaver of fleet.nodes.slice()) {
      const successor = await fleet.add(leaver.role);
      await eventually('the load balancer knows it', () => ready.has(successor), PATIENCE_MS);
      const askedAt = performance.now();
      leaver.product.child.kill('SIGTERM');
      await eventually('it is not ready', async () => !(await fleet.isReady(leaver)), PATIENCE_MS);
      expect(await fleet.ended(leaver)).toBe(0);
      expect(performance.now() - askedAt).toBeLessThan(STOP_MS);
      ready.delete(leaver);
      await fleet.accepts(50);
    }
    await fleet.stopPublishing();
    clearInterval(looking);
    console.info(`${fleet.refusals.length} requests came too late for a node that left`);
    expect(fleet.refusals.filter(({ code }) => code !== 'shutting_down')).toEqual([]);
    expect(fleet.refusals.length).toBeLessThan(fleet.accepted.length / 50);
    await expectAllArrived();
    expect(receiver.seen.length).toBe(fleet.accepted.length);
  }, 240_000);

  test.skipIf(noPgBouncer !== '')(
    `through PgBouncer in transaction mode: nodes start at once on an empty database, and kill -9 of one and of PostgreSQL under load loses nothing${noPgBouncer}`,
    async () => {
      // Fewer sessions than one node has connections.
      const bouncer = await startPgBouncer(postgres.url, 8);
      const pooled = await Fleet.make(bouncer.url);
      try {
        const [victim] = await Promise.all([pooled.add(), pooled.add('api'), pooled.add('worker')]);
        expect(victim.product.err()).toContain('A pooler stands in front of PostgreSQL');
        await pooled.makeWebhook(receiver.origin);
        pooled.startPublishing(6);
        await pooled.accepts(50);
        victim.product.child.kill('SIGKILL');
        await pooled.ended(victim);
        await pooled.accepts(50);
        await postgres.stop('kill');
        // PgBouncer keeps statements waiting for PostgreSQL: ours give up after 10 s at most.
        const isTold = () => pooled.refusals.some(({ status }) => status === 503);
        await eventually('503 is told', isTold, PATIENCE_MS);
        await postgres.start();
        await pooled.accepts(50);
        await pooled.stopPublishing();
        const told = pooled.refusals.filter(({ status }) => status !== 0).map(({ code }) => code);
        expect([...new Set(told)]).toEqual(['database_unavailable']);
        await expectAllArrived(pooled);
      } finally {
        await pooled.clear();
        await bouncer.close();
      }
    },
    240_000,
  );
});
