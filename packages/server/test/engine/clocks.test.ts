import { afterAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase } from '../kit/database.ts';
import { eventually, makeEvent, makeTenant, makeWebhook, startTestEngine } from '../kit/engine.ts';
import { makeFakeClock, noFaketime } from '../kit/fake-clock.ts';
import { startMoodyReceiver } from '../kit/moody-receiver.ts';
import { killNodeProcesses, startNodeProcess } from '../kit/node-process.ts';
import { clearOwnPostgres, OwnPostgres } from '../kit/own-postgres.ts';
import { eventNumber, logOf, nodeIds } from '../kit/places.ts';
import { expectNothingLost } from '../kit/reconcile.ts';

const EVENTS = ['message.received'];
const HOUR = 3_600;
const RETRY_SECONDS = 2;
/** What a busy machine may add, and far from hours. */
const LATE_SECONDS = 20;

afterAll(killNodeProcesses);
afterAll(clearOwnPostgres);

/** How far each node's lease reaches by PostgreSQL's clock, seconds. */
async function leasesOf({ general }: Database): Promise<number[]> {
  const { rows } = await general.query<{ seconds: number }>(
    'select extract(epoch from until - clock_timestamp())::float8 as seconds from sydx.nodes',
  );
  return rows.map(({ seconds }) => seconds);
}

describe.skipIf(noFaketime !== '')(`clocks that are wrong${noFaketime}`, () => {
  test('a node whose clock is hours off (ahead, then behind between attempts) changes no lease, retry or webhook-timestamp', async () => {
    const database = await createDatabase();
    // It sees leases run out and takes over, should it come to that.
    const other = await startTestEngine(database.url, { role: 'api' });
    const tenantNo = await makeTenant(other.database, 'acme');
    const answeredAt: number[] = [];
    const receiver = await startMoodyReceiver((_attempt, nth) => {
      answeredAt.push(performance.now());
      return nth < 3 ? 500 : 200;
    });
    await makeWebhook(other, { tenantNo, url: receiver.origin, events: EVENTS });
    const clock = await makeFakeClock(5 * HOUR);
    const retryScheduleSeconds = [RETRY_SECONDS, RETRY_SECONDS];
    const node = await startNodeProcess({ url: database.url, retryScheduleSeconds }, clock.env);
    const before = await nodeIds(other.database);
    expect(before).toHaveLength(2);

    node.order({ kind: 'publish', events: [makeEvent(tenantNo, 'acme', 1)] });
    await eventually('the first attempt failed', () => receiver.seen.length === 1);
    await clock.set(-3 * HOUR);
    await eventually('the third arrives', () => receiver.seen.length === 3, 90_000);

    for (const { headers } of receiver.seen) {
      const signedAt = Number(headers['webhook-timestamp']);
      expect(Math.abs(signedAt - Date.now() / 1_000)).toBeLessThan(3 * LATE_SECONDS);
    }
    for (const nth of [1, 2]) {
      const gap = (receiver.seen[nth]?.arrivedAt ?? 0) - (answeredAt[nth - 1] ?? 0);
      expect(gap).toBeGreaterThanOrEqual(RETRY_SECONDS * 1_000);
      expect(gap).toBeLessThan((RETRY_SECONDS + LATE_SECONDS) * 1_000);
    }
    for (const seconds of await leasesOf(other.database)) {
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(10);
    }
    expect((await nodeIds(other.database)).toSorted()).toEqual(before.toSorted());
    const eventId = eventNumber(receiver.seen[0]?.eventId ?? '');
    await eventually(
      'it is logged',
      async () => (await logOf(other.database, eventId)).length === 1,
    );
    expect(await logOf(other.database, eventId)).toMatchObject([{ status: 1, attempt_count: 3 }]);
    node.signal('SIGTERM');
    await node.ended();
    await other.stop();
    await receiver.close();
    await clock.remove();
    await database.drop();
  }, 120_000);

  test("a jump of PostgreSQL's own clock, hours forth and back under load, loses nothing", async () => {
    const clock = await makeFakeClock(0);
    const postgres = await OwnPostgres.start({ env: clock.env });
    const direct = openDatabase(postgres.url, () => undefined);
    await migrate(direct.general);
    const keeper = await startTestEngine(postgres.url, { role: 'api' });
    const tenantNo = await makeTenant(direct, 'acme');
    const receiver = await startMoodyReceiver();
    await makeWebhook(keeper, { tenantNo, url: receiver.origin, events: EVENTS });
    const nodes = [
      await startNodeProcess({ url: postgres.url }),
      await startNodeProcess({ url: postgres.url }),
    ];
    for (const node of nodes) {
      node.order({ kind: 'load', tenantNo, tenantId: 'acme', clients: 4 });
    }
    const goesOn = async (): Promise<void> => {
      const counts = nodes.map((node) => node.accepted.length);
      const seen = receiver.seen.length;
      await eventually(
        'both accept and deliver',
        () =>
          nodes.every((node, n) => node.accepted.length > (counts[n] ?? 0) + 50) &&
          receiver.seen.length > seen + 50,
        30_000,
      );
    };
    await goesOn();
    for (const hours of [2, 0, -2, 3]) {
      await clock.set(hours * HOUR);
      await goesOn();
    }
    for (const node of nodes) {
      node.signal('SIGTERM');
      expect(await node.ended()).toBe(0);
    }
    // What was put off while the clock was ahead is due only when it is there again.
    const heir = await startTestEngine(postgres.url);
    await clock.set(6 * HOUR);
    const accepted = nodes.flatMap((node) => node.accepted);
    const { events, repeats } = await expectNothingLost(direct, accepted, receiver, 60_000);
    console.info(`${events} events, ${repeats} repeats`);
    await heir.stop();
    await keeper.stop();
    await direct.close();
    await receiver.close();
    await postgres.clear();
    await clock.remove();
  }, 150_000);
});
