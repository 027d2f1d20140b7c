import { afterAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createPartitions, dropPartitions } from '../../src/store/partitions.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase, createEmptyDatabase } from '../kit/database.ts';
import { createPartitionsSince } from '../kit/delivery-log.ts';
import { eventually, makeEvent, makeTenant, makeWebhook, startTestEngine } from '../kit/engine.ts';
import { startMoodyReceiver } from '../kit/moody-receiver.ts';
import { killNodeProcesses, startNodeProcess } from '../kit/node-process.ts';
import { noPgBouncer, startPgBouncer } from '../kit/pgbouncer.ts';
import { wholeLog } from '../kit/places.ts';
import { expectNothingLost } from '../kit/reconcile.ts';

afterAll(killNodeProcesses);

/** Fewer than two nodes have clients: statements of both meet in the same sessions. */
const POOL_SIZE = 5;

/** A database, PgBouncer in front of it, and a look past it. */
async function behindPgBouncer(): Promise<{
  url: string;
  direct: Database;
  end: () => Promise<void>;
}> {
  const database = await createDatabase();
  const bouncer = await startPgBouncer(database.url, POOL_SIZE);
  const direct = openDatabase(database.url, () => undefined);
  return {
    url: bouncer.url,
    direct,
    end: async () => {
      await direct.close();
      await bouncer.close();
      await database.drop();
    },
  };
}

describe.skipIf(noPgBouncer !== '')(`PgBouncer in transaction mode${noPgBouncer}`, () => {
  test('two nodes find each other, and kill -9 of one under load loses no event: accepted = received, reconciled by id', async () => {
    const { url, direct, end } = await behindPgBouncer();
    const keeper = await startTestEngine(url, { role: 'api' });
    const tenantNo = await makeTenant(direct, 'acme');
    const receiver = await startMoodyReceiver();
    await makeWebhook(keeper, { tenantNo, url: receiver.origin, events: ['message.received'] });
    const nodes = [await startNodeProcess({ url }), await startNodeProcess({ url })];
    for (const node of nodes) {
      node.order({ kind: 'load', tenantNo, tenantId: 'acme', clients: 8 });
    }
    await eventually(
      'both deliver',
      () => receiver.seen.length > 300 && nodes.every((node) => node.accepted.length > 100),
      20_000,
    );
    nodes[0]?.signal('SIGKILL');
    await nodes[0]?.ended();
    const before = nodes[1]?.accepted.length ?? 0;
    await eventually('the other goes on', () => (nodes[1]?.accepted.length ?? 0) > before + 100);
    const isDeadTakenOver = async (): Promise<boolean> =>
      (await direct.general.query('select from sydx.nodes')).rowCount === 2;
    await eventually('the dead one is taken over', isDeadTakenOver, 20_000);
    nodes[1]?.signal('SIGTERM');
    expect(await nodes[1]?.ended()).toBe(0);

    const heir = await startTestEngine(url);
    const accepted = nodes.flatMap((node) => node.accepted);
    const { events } = await expectNothingLost(direct, accepted, receiver);
    expect(events).toBeGreaterThan(400);
    await heir.stop();
    await keeper.stop();
    await receiver.close();
    await end();
  }, 90_000);

  test('what one node leaves in the queue another finds by looking, without being woken', async () => {
    const { url, direct, end } = await behindPgBouncer();
    const api = await startTestEngine(url, { role: 'api' });
    const worker = await startTestEngine(url, { role: 'worker' });
    const tenantNo = await makeTenant(direct, 'acme');
    const receiver = await startMoodyReceiver();
    await makeWebhook(api, { tenantNo, url: receiver.origin, events: ['message.received'] });
    const waitsMs: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      await api.engine.publish([makeEvent(tenantNo, 'acme', n)]);
      const acceptedAt = performance.now();
      await eventually('it arrives', () => receiver.seen.length === n + 1);
      waitsMs.push((receiver.seen[n]?.arrivedAt ?? 0) - acceptedAt);
    }
    const median = waitsMs.toSorted((a, b) => a - b)[10] ?? 0;
    console.info(`202 of one node to POST of another: median ${median.toFixed(0)} ms`);
    expect(median).toBeLessThan(2_000);
    const { rowCount } = await direct.general.query(
      `select from pg_stat_activity where query ilike 'listen%' and datname = current_database()`,
    );
    expect(rowCount).toBe(0);
    await eventually('all is logged', async () => (await wholeLog(direct)).length === 20);
    await worker.stop();
    await api.stop();
    await receiver.close();
    await end();
  });

  test('nodes that start at once migrate an empty database, and leave no lock in a session of the pool', async () => {
    const database = await createEmptyDatabase();
    const bouncer = await startPgBouncer(database.url, POOL_SIZE);
    const nodes = Array.from({ length: 4 }, () => openDatabase(bouncer.url, () => undefined));
    const direct = openDatabase(database.url, () => undefined);
    try {
      // All sessions of the pool are there before, to take turns.
      await Promise.all(nodes.map(({ hot }) => hot.query('select pg_sleep(0.2)')));
      const done = await Promise.all(nodes.map(({ general }) => migrate(general)));
      expect(done.filter((names) => names.length > 0)).toHaveLength(1);
      const left = await direct.general.query(
        `select from pg_locks l join pg_database d on d.oid = l.database
         where l.locktype = 'advisory' and d.datname = current_database()`,
      );
      expect(left.rowCount).toBe(0);
    } finally {
      await Promise.all([direct, ...nodes].map((one) => one.close()));
      await bouncer.close();
      await database.drop();
    }
  });

  test('partitions are made and dropped, and no session keeps what was set for it', async () => {
    const { url, direct, end } = await behindPgBouncer();
    const through = openDatabase(url, () => undefined);
    await createPartitions(through.general, 2);
    await createPartitionsSince(direct.general, Date.now() - 4 * 86_400_000);
    expect((await dropPartitions(through.general, 2)).length).toBeGreaterThan(0);
    // As many at once as PgBouncer has sessions: each is asked.
    const left = await Promise.all(
      Array.from({ length: POOL_SIZE }, () =>
        through.general.query<{ setting: string }>(
          `select current_setting('lock_timeout') as setting, pg_sleep(0.2)`,
        ),
      ),
    );
    expect(new Set(left.map(({ rows }) => rows[0]?.setting))).toEqual(new Set(['0']));
    await through.close();
    await end();
  });
});
