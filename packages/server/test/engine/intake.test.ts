import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fingerprint } from '../../src/base/fingerprint.ts';
import { IdempotencyConflict, ShuttingDown } from '../../src/engine/errors.ts';
import type { NewEvent } from '../../src/store/publish-events.ts';
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
import { countPending, countRows, eventNumber, storedEvents, wholeLog } from '../kit/places.ts';

let database: TestDatabase;
let node: TestEngine;
let other: TestEngine;
let receiver: MoodyReceiver;
let tenantNo: number;

beforeAll(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, { logLevel: 'fatal' });
  other = await startTestEngine(database.url, { logLevel: 'fatal' });
});

let scenes = 0;

beforeEach(async () => {
  receiver = await startMoodyReceiver();
  scenes += 1;
  tenantNo = await makeTenant(node.database, `scene-${scenes}`);
  await makeWebhook(node, { tenantNo, url: receiver.origin, events: ['message.received'] });
});

afterEach(() => receiver.close());

afterAll(async () => {
  await node.stop();
  await other.stop();
  await database.drop();
});

function event(n: number | string, key?: string): NewEvent {
  const made = makeEvent(tenantNo, `scene-${scenes}`, n);
  if (key === undefined) return made;
  const scoped = fingerprint(`${tenantNo}`, key);
  return { ...made, key: { key: scoped, content: fingerprint(String(n)) } };
}

/** An event that PostgreSQL refuses: text with a NUL. */
const bad = (): NewEvent => ({ ...event('bad'), body: '{"event":"\0"}' });

async function storedHere(): Promise<string[]> {
  const { rows } = await node.database.general.query<{ id: string }>(
    'select id from sydx.events where tenant_no = $1',
    [tenantNo],
  );
  return rows.map(({ id }) => id);
}

async function delivered(count: number): Promise<void> {
  await eventually('all is delivered', async () => (await countPending(node.database)) === 0);
  expect(receiver.seen).toHaveLength(count);
  expect(receiver.counts().size).toBe(count);
}

test('batches are all or nothing: ids in the order given, each event once at its webhook', async () => {
  const ids = await node.engine.publish(Array.from({ length: 1_000 }, (_, n) => event(n)));
  expect(new Set(ids).size).toBe(1_000);
  await delivered(1_000);
  const bodies = new Map(receiver.seen.map((seen) => [eventNumber(seen.eventId), `${seen.body}`]));
  for (const [n, id] of ids.entries()) expect(bodies.get(id)).toContain(`"Hello ${n}"`);
});

test('a batch with one event that PostgreSQL refuses leaves nothing of it', async () => {
  const batch = [event(1), event(2, 'k'), bad(), event(3)];
  await expect(node.engine.publish(batch)).rejects.toMatchObject({ code: '22021' });
  expect(await storedHere()).toEqual([]);
  // Its key is free again.
  expect(await node.engine.publish([event(9, 'k')])).toHaveLength(1);
  await delivered(1);
});

test('one bad request never fails the others that share its statement', async () => {
  const good = Array.from({ length: 20 }, (_, n) => node.engine.publish([event(n)]));
  const refused = node.engine.publish([bad()]).catch((error: unknown) => error);
  const more = Array.from({ length: 20 }, (_, n) => node.engine.publish([event(100 + n)]));
  expect(await refused).toMatchObject({ code: '22021' });
  const ids = (await Promise.all([...good, ...more])).flat();
  expect((await storedHere()).toSorted()).toEqual(ids.toSorted());
  await delivered(40);
});

test('a repeated key answers the first id and adds nothing, whether it is on disk, in the same group or in the same batch', async () => {
  const [first] = await node.engine.publish([event(1, 'a')]);
  expect(await node.engine.publish([event(1, 'a')])).toEqual([first]);
  expect(await other.engine.publish([event(1, 'a')])).toEqual([first]);
  const twins = await Promise.all([1, 2, 3].map(() => node.engine.publish([event(2, 'b')])));
  expect(new Set(twins.flat()).size).toBe(1);
  const batch = await node.engine.publish([event(3, 'c'), event(4), event(3, 'c'), event(1, 'a')]);
  expect(batch[0]).toBe(batch[2]);
  expect(batch[3]).toBe(first);
  expect(new Set(batch).size).toBe(3);
  await delivered(4);
});

test('the same key on two nodes at once is one event', async () => {
  const rounds = Array.from({ length: 30 }, (_, n) => n);
  for (const n of rounds) {
    const [here, there] = await Promise.all([
      node.engine.publish([event(n, `k${n}`)]),
      other.engine.publish([event(n, `k${n}`)]),
    ]);
    expect(here).toEqual(there);
  }
  expect(await storedHere()).toHaveLength(30);
  await delivered(30);
});

test('batches with the same keys in opposite order on two nodes at once are one set of events', async () => {
  for (let round = 0; round < 5; round += 1) {
    const batch = Array.from({ length: 200 }, (_, n) => event(n, `${round}-${n}`));
    const [here, there] = await Promise.all([
      node.engine.publish(batch),
      other.engine.publish(batch.toReversed()),
    ]);
    expect(here).toEqual(there?.toReversed());
  }
  expect(await storedHere()).toHaveLength(1_000);
  await delivered(1_000);
});

test('the same key with another content is a conflict that names the event, and nothing of its batch is stored', async () => {
  const [first] = await node.engine.publish([event(1, 'a')]);
  const conflict = await node.engine
    .publish([event(5), event(6, 'b'), event('other', 'a')])
    .catch((error: unknown) => error);
  expect(conflict).toBeInstanceOf(IdempotencyConflict);
  expect(conflict).toMatchObject({ index: 2 });
  const within = await node.engine
    .publish([event(7, 'c'), event(8, 'c')])
    .catch((error: unknown) => error);
  expect(within).toMatchObject({ name: 'IdempotencyConflict', index: 1 });
  expect(await storedHere()).toEqual([first]);
  await delivered(1);
});

test('of two contents under one key at once the first stands, and the other is a conflict', async () => {
  const answers = await Promise.allSettled([
    node.engine.publish([event('this', 'a')]),
    node.engine.publish([event('that', 'a')]),
    other.engine.publish([event('yet another', 'a')]),
  ]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers) {
    if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(IdempotencyConflict);
  }
  await delivered(1);
});

test('what conflicts only with a request that PostgreSQL refuses is accepted', async () => {
  const refused = { ...bad(), key: { key: fingerprint('k'), content: fingerprint('1') } };
  const fine = { ...event(1), key: { key: fingerprint('k'), content: fingerprint('2') } };
  const [first, second] = await Promise.allSettled([
    node.engine.publish([refused]),
    node.engine.publish([fine]),
  ]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: '22021' } });
  expect(second?.status).toBe('fulfilled');
  await delivered(1);
});

test('an event that no webhook subscribes to is stored and goes nowhere', async () => {
  const lonely = await makeTenant(node.database, `lonely-${scenes}`);
  const [id] = await node.engine.publish([makeEvent(lonely, 'lonely', 1)]);
  expect(await storedEvents(node.database)).toContain(id);
  await delivered(0);
});

test('a transaction rolled back by the producer leaves no event: publishing with reads and writes of its own (publishWith) is one transaction with them', async () => {
  const ids = await node.engine.publishWith(async (client) => {
    await client.query(`insert into sydx.contacts (tenant_no, identifier) values ($1, '1')`, [
      tenantNo,
    ]);
    return [event(1), event(2)];
  });
  expect(ids).toHaveLength(2);
  await expect(
    node.engine.publishWith(async (client) => {
      await client.query(`insert into sydx.contacts (tenant_no, identifier) values ($1, '2')`, [
        tenantNo,
      ]);
      throw new Error('No.');
    }),
  ).rejects.toThrow('No.');
  // Refused by PostgreSQL after the events were written: nothing of them stays either.
  await expect(
    node.engine.publishWith(async (client) => {
      await client.query(
        `create function pg_temp.refuse() returns trigger language plpgsql as
         'begin raise exception ''Rolled back''; end'`,
      );
      await client.query(
        `create constraint trigger refuse after insert on sydx.contacts deferrable
         initially deferred for each row execute function pg_temp.refuse()`,
      );
      await client.query(`insert into sydx.contacts (tenant_no, identifier) values ($1, '3')`, [
        tenantNo,
      ]);
      return [event(3)];
    }),
  ).rejects.toThrow('Rolled back');
  expect((await storedHere()).toSorted()).toEqual(ids.toSorted());
  expect(await node.engine.publishWith(() => Promise.resolve([]))).toEqual([]);
  const { rows } = await node.database.general.query(
    'select identifier from sydx.contacts where tenant_no = $1',
    [tenantNo],
  );
  expect(rows).toEqual([{ identifier: '1' }]);
  await delivered(2);
});

test('a node that is stopping takes nothing more and answers what it took', async () => {
  const leaver = await startTestEngine(database.url);
  const taken = Array.from({ length: 50 }, (_, n) => leaver.engine.publish([event(n)]));
  const stopped = leaver.stop();
  await expect(leaver.engine.publish([event('late')])).rejects.toBeInstanceOf(ShuttingDown);
  expect((await Promise.all(taken)).flat()).toHaveLength(50);
  await stopped;
  await delivered(50);
  expect(await countRows(node.database, 'nodes')).toBe(2);
  const log = await wholeLog(node.database);
  expect(log.filter((row) => row.status !== 1 || row.attempt_count !== 1)).toEqual([]);
});

test('a node that leaves publishes on while load balancers turn away, and others deliver it at once', async () => {
  const leaver = await startTestEngine(database.url);
  // Long enough that a busy machine delivers within it.
  const stopped = leaver.engine.stop(8_000);
  const ids = await leaver.engine.publish([event(1), event(2)]);
  await delivered(2);
  expect(await countRows(node.database, 'nodes')).toBe(3);
  expect((await storedHere()).toSorted()).toEqual(ids.toSorted());
  await stopped;
  await expect(leaver.engine.publish([event('late')])).rejects.toBeInstanceOf(ShuttingDown);
  await leaver.stop();
});
