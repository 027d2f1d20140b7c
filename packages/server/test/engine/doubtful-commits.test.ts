import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDatabaseAway, openDatabase, type Database } from '../../src/store/database.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type FaultyLink, startFaultyLink } from '../kit/faulty-link.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import {
  countPending,
  countRows,
  earlierAttempts,
  eventNumber,
  logOf,
  storedEvents,
  wholeLog,
} from '../kit/places.ts';

const EVENTS = ['message.received'];

let database: TestDatabase;
let link: FaultyLink;
/** Straight to PostgreSQL, past the link. */
let direct: Database;
let node: TestEngine;
let receiver: MoodyReceiver;
let tenantNo: number;

beforeEach(async () => {
  database = await createDatabase();
  link = await startFaultyLink(database.url);
  direct = openDatabase(database.url, () => undefined);
  node = await startTestEngine(link.url, { retryScheduleSeconds: [0.3], logLevel: 'fatal' });
  receiver = await startMoodyReceiver();
  tenantNo = await makeTenant(direct, 'acme');
  const place = { database: direct, keyring: node.keyring };
  await makeWebhook(place, { tenantNo, url: receiver.origin, events: EVENTS });
});

afterEach(async () => {
  await node.stop();
  await link.close();
  await direct.close();
  await receiver.close();
  await database.drop();
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const publish = (n: number): Promise<string[]> =>
  node.engine.publish([makeEvent(tenantNo, 'acme', n)]);

async function quiet(): Promise<void> {
  await eventually(
    'nothing is pending',
    async () => (await countPending(direct)) === 0 && (await countRows(direct, 'inflight')) === 0,
    15_000,
  );
}

test('a publish whose answer is lost is told as "database away", and what it committed is found again and delivered', async () => {
  const lost = link.swallowAnswer('publish');
  const error: unknown = await publish(1).catch((reason: unknown) => reason);
  await lost;
  expect(isDatabaseAway(error)).toBe(true);
  // The producer says it again.
  await publish(1);

  await quiet();
  const stored = await storedEvents(direct);
  const received = [...receiver.counts()].map(([id, count]) => [eventNumber(id), count]);
  expect(Object.fromEntries(received)).toEqual(Object.fromEntries(stored.map((id) => [id, 1])));
  const log = await wholeLog(direct);
  expect(log).toHaveLength(stored.length);
  expect(log.filter((row) => row.status !== 1 || row.attempt_count !== 1)).toEqual([]);
});

test('outcomes whose answer is lost are recorded once, and nobody is sent to again', async () => {
  const lost = link.swallowAnswer('record');
  const [eventId = ''] = await publish(1);
  await lost;
  await quiet();
  expect(receiver.seen).toHaveLength(1);
  expect(await logOf(direct, eventId)).toMatchObject([{ status: 1, attempt_count: 1 }]);
});

test('a failed attempt whose outcome is recorded with a lost answer is retried once, not twice', async () => {
  await receiver.close();
  receiver = await startMoodyReceiver((_attempt, nth) => (nth === 1 ? 500 : 200));
  await direct.general.query('update sydx.webhooks set url = $1', [receiver.origin]);
  const lost = link.swallowAnswer('record');
  const [eventId = ''] = await publish(1);
  await lost;
  await quiet();
  expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
  const [row] = await logOf(direct, eventId);
  expect(row).toMatchObject({ status: 1, attempt_count: 2 });
  expect(await earlierAttempts(direct, row?.id ?? '')).toEqual([1]);
});

test('what was claimed with a lost answer is found again, under the same number and without a lost lease', async () => {
  const api = await startTestEngine(database.url, { role: 'api' });
  const claiming = link.swallowAnswer('sydx.queue');
  const [eventId = ''] = await api.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
  await claiming;
  await quiet();
  expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1]);
  expect(await logOf(direct, eventId)).toMatchObject([{ status: 1, attempt_count: 1 }]);
  await api.stop();
});

test('a Test whose outcome is recorded with a lost answer is answered all the same', async () => {
  const lost = link.swallowAnswer('record');
  const { rows } = await direct.general.query<{ id: string }>('select id from sydx.webhooks');
  const webhook = { id: rows[0]?.id ?? '', tenantNo, tenantId: 'acme' };
  const deliveryId = await node.engine.test(webhook);
  await lost;
  expect((await wholeLog(direct)).map(({ id }) => id)).toEqual([deliveryId]);
});

interface Load {
  accepted: string[];
  refused: unknown[];
  end: () => Promise<void>;
}

/** Producers that publish one event after the other until they are told to end. */
function load(clients: number): Load {
  const accepted: string[] = [];
  const refused: unknown[] = [];
  const ending = new AbortController();
  const producers = Array.from({ length: clients }, async (_, client) => {
    for (let n = 0; !ending.signal.aborted; n += 1) {
      try {
        accepted.push(...(await publish(client * 1_000_000 + n)));
      } catch (error) {
        refused.push(error);
        await sleep(10);
      }
    }
  });
  return {
    accepted,
    refused,
    end: async () => {
      ending.abort();
      await Promise.all(producers);
    },
  };
}

async function expectNothingLost({ accepted, refused }: Load): Promise<void> {
  await quiet();
  expect(accepted.length).toBeGreaterThan(20);
  expect(refused.filter((error) => !isDatabaseAway(error))).toEqual([]);
  const stored = await storedEvents(direct);
  const received = new Set([...receiver.counts().keys()].map(eventNumber));
  const log = await wholeLog(direct);
  expect(accepted.filter((id) => !stored.includes(id))).toEqual([]);
  expect(stored.filter((id) => !received.has(id))).toEqual([]);
  expect(log.map((row) => row.event_id).toSorted()).toEqual(stored.toSorted());
  expect(log.filter((row) => row.status !== 1 || row.attempt_count !== 1)).toEqual([]);
  expect(await countRows(direct, 'attempts')).toBe(0);
}

test('PostgreSQL ends busy connections under load: no loss, nothing counted twice, errors that say "try again"', async () => {
  const dice = throwDice();
  console.info(`SEED=${dice.seed}`);
  const producing = load(16);
  // Until a statement was hit: on a quick machine most of the time none is under way.
  for (let round = 0; round < 25 || (producing.refused.length === 0 && round < 1_000); round += 1) {
    await sleep(round < 25 ? dice.between(10, 120) : 1);
    await direct.general.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and application_name = 'sydx-hot' and state = 'active'`,
    );
  }
  await producing.end();
  expect(producing.refused.length).toBeGreaterThan(0);
  await expectNothingLost(producing);
});

test('PostgreSQL ends every connection under load: no loss, nothing counted twice, and it goes on by itself', async () => {
  const producing = load(8);
  for (let round = 0; round < 4; round += 1) {
    await sleep(400);
    await direct.control.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }
  await sleep(400);
  const before = producing.accepted.length;
  await eventually('events are accepted again', () => producing.accepted.length > before + 10);
  await producing.end();
  await expectNothingLost(producing);
});

test('PostgreSQL is away for two seconds under load: no loss, and it recovers by itself', async () => {
  const producing = load(8);
  await sleep(500);
  link.cut();
  await sleep(2_000);
  const before = producing.accepted.length;
  link.mend();
  await eventually('events are accepted again', () => producing.accepted.length > before + 10);
  await producing.end();
  expect(producing.refused.length).toBeGreaterThan(0);
  await expectNothingLost(producing);
});

test('while outcomes cannot be written, nothing new is sent: it might have to be sent again', async () => {
  const held = Promise.withResolvers<number>();
  await receiver.close();
  receiver = await startMoodyReceiver(() => held.promise);
  await direct.general.query('update sydx.webhooks set url = $1', [receiver.origin]);
  await node.engine.publish(
    Array.from({ length: 1_000 }, (_, n) => makeEvent(tenantNo, 'acme', n)),
  );
  await eventually('some POSTs are under way', () => receiver.seen.length >= 8);
  link.cut();
  held.resolve(200);
  await sleep(1_500);
  // Without it the whole second goes on in which the settings count as fresh.
  expect(receiver.seen.length).toBeLessThan(500);
  link.mend();
  await quiet();
  expect(receiver.counts().size).toBe(1_000);
  // A busy machine may answer too late for one or the other; that is a retry, and no repeat.
  const attempts = receiver.seen.map(({ deliveryId, attempt }) => `${deliveryId} ${attempt}`);
  expect(new Set(attempts).size).toBe(attempts.length);
});

test('a node that stops while PostgreSQL is away is gone within 6 s', async () => {
  const held = Promise.withResolvers<number>();
  await receiver.close();
  receiver = await startMoodyReceiver(() => held.promise);
  await direct.general.query('update sydx.webhooks set url = $1', [receiver.origin]);
  const leaver = await startTestEngine(link.url, { logLevel: 'fatal' });
  await leaver.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
  await eventually('the POST is under way', () => receiver.seen.length === 1);
  link.cut();
  held.resolve(200);
  const askedAt = performance.now();
  await leaver.engine.stop();
  expect(performance.now() - askedAt).toBeLessThan(6_000);
  link.mend();
  await leaver.stop();
});
