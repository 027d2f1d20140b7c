import { isDeepStrictEqual } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallestIdAt } from '../../src/base/ids.ts';
import { watchWebhooks } from '../../src/engine/webhook-watch.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { changeWebhook } from '../../src/store/change-webhook.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createPartitions, dropPartitions } from '../../src/store/partitions.ts';
import { redeliver } from '../../src/store/redeliver.ts';
import { startReplay } from '../../src/store/start-replay.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince } from '../kit/delivery-log.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
  type TestWebhook,
} from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { logOf } from '../kit/places.ts';

const DAY_MS = 86_400_000;
const PARENTS = ['events', 'deliveries', 'attempts'];

let database: TestDatabase;
let direct: Database;
let nodes: TestEngine[];

beforeEach(async () => {
  database = await createDatabase();
  direct = openDatabase(database.url, () => undefined);
  nodes = [];
});

afterEach(async () => {
  for (const node of nodes) await node.stop();
  await direct.close();
  await database.drop();
});

async function start(): Promise<TestEngine> {
  const node = await startTestEngine(database.url, { retryScheduleSeconds: [0.2] });
  nodes.push(node);
  return node;
}

async function partitions(): Promise<string[]> {
  const { rows } = await direct.general.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'sydx' and c.relkind = 'r' and c.relname ~ '_[0-9]{8}$' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const dayName = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** An event of a day in the past, and its delivery where the queue waits for a while yet. */
async function insertPast(atMs: number, pending: boolean): Promise<void> {
  const id = (BigInt(smallestIdAt(atMs)) + 7n).toString();
  await direct.general.query(
    `insert into sydx.events (id, tenant_no, type, body) values ($1, 1, 'message.received', '{}')`,
    [id],
  );
  if (pending) await insertPending(atMs);
}

/** A delivery that waits in the queue for a while yet. */
async function insertPending(atMs: number): Promise<void> {
  const id = (BigInt(smallestIdAt(atMs)) + 7n).toString();
  await direct.general.query(
    `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
     values (1, clock_timestamp() + interval '1 hour', $1::bigint + 1, 1, $1, 2, 0)`,
    [id],
  );
}

test.each([
  { missing: ['events'] },
  { missing: ['deliveries'] },
  { missing: ['attempts'] },
  { missing: PARENTS },
])(
  'a day without its partitions of $missing stops neither intake nor deliveries',
  async ({ missing }) => {
    const node = await start();
    const receiver = await startMoodyReceiver((_attempt, nth) => (nth === 1 ? 500 : 200));
    const tenantNo = await makeTenant(node.database, 'acme');
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: ['message.received'] });
    await eventually('a week is made ahead', async () => (await partitions()).length >= 24);
    for (const parent of missing) {
      await direct.general.query(`drop table sydx.${parent}_${dayName(Date.now())}`);
    }
    const [eventId = ''] = await node.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
    await eventually('it is delivered and logged', async () => {
      const [row] = await logOf(node.database, eventId);
      return row?.status === 1 && row.attempt_count === 2;
    });
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await receiver.close();
  },
);

/** As if nobody had looked after the database for long: nothing can be stored. */
async function dropEveryPartition(): Promise<void> {
  for (const name of await partitions()) await direct.general.query(`drop table sydx.${name}`);
}

describe('on a day without any partition', () => {
  let node: TestEngine;
  let receiver: MoodyReceiver;
  let tenantNo: number;
  let webhook: TestWebhook;
  let answer: number;
  beforeEach(async () => {
    answer = 200;
    node = await start();
    receiver = await startMoodyReceiver(() => answer);
    tenantNo = await makeTenant(node.database, 'acme');
    const events = ['message.received'];
    webhook = await makeWebhook(node, { tenantNo, url: receiver.origin, events });
    await eventually('a week is made ahead', async () => (await partitions()).length >= 24);
  });
  afterEach(() => receiver.close());

  async function stopNode(): Promise<void> {
    nodes = [];
    await node.stop();
  }

  /** A failed delivery of yesterday, to be sent again today, where nothing is. @returns its event's id */
  async function keepYesterday(): Promise<string> {
    const yesterdayMs = Date.now() - DAY_MS;
    await dropEveryPartition();
    await createPartitionsSince(direct.general, yesterdayMs);
    for (const parent of PARENTS) {
      for (const day of [0, 1]) {
        await direct.general.query(
          `drop table sydx.${parent}_${dayName(Date.now() + day * DAY_MS)}`,
        );
      }
    }
    const id = (BigInt(smallestIdAt(yesterdayMs)) + 7n).toString();
    await direct.general.query(
      `insert into sydx.events (id, tenant_no, type, body) values ($1, $2, 'message.received', '{}')`,
      [id, tenantNo],
    );
    await insertFailed(id, 1n);
    return id;
  }

  async function insertFailed(eventId: string, next: bigint): Promise<void> {
    await direct.general.query(
      `insert into sydx.deliveries
         (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at)
       values ($1, $2, $3, $4, 'message.received', 2, 1, clock_timestamp())`,
      [(BigInt(eventId) + next).toString(), tenantNo, eventId, webhook.id],
    );
  }

  const redeliverFirst = (eventId: string) =>
    redeliver(direct.general, tenantNo, (BigInt(eventId) + 1n).toString(), SYSTEM);

  /** Statuses in the log: 1 success, 2 failed, 3 cancelled. */
  async function statusesOf(eventId: string): Promise<number[]> {
    return (await logOf(direct, eventId)).map(({ status }) => status).toSorted((a, b) => a - b);
  }

  const logged = (eventId: string, statuses: readonly number[]) =>
    eventually('it is logged', async () => isDeepStrictEqual(await statusesOf(eventId), statuses));

  test('events are accepted, delivered and logged, attempts included', async () => {
    answer = 500;
    await dropEveryPartition();
    const [eventId = ''] = await node.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
    await logged(eventId, [2]);
    const { rows } = await direct.general.query('select number from sydx.attempts');
    expect(rows).toEqual([{ number: 1 }]);
  });

  test('a Test is sent and logged', async () => {
    await dropEveryPartition();
    await node.engine.test({ id: webhook.id, tenantId: 'acme', tenantNo });
    expect(receiver.seen).toHaveLength(1);
    const { rows } = await direct.general.query('select type, status from sydx.deliveries');
    expect(rows).toEqual([{ type: 'test.ping', status: 1 }]);
  });

  test('a delivery of yesterday is sent again and logged', async () => {
    const eventId = await keepYesterday();
    expect(await redeliverFirst(eventId)).toHaveProperty('deliveryId');
    node.engine.wake();
    await logged(eventId, [1, 2]);
  });

  test('a replay of yesterday is carried out', async () => {
    const eventId = await keepYesterday();
    const [fromMs, toMs] = [Date.now() - 2 * DAY_MS, Date.now()];
    const range = { low: smallestIdAt(fromMs), high: smallestIdAt(toMs) };
    const asked = {
      tenantNo,
      webhookId: webhook.id,
      fromMs,
      toMs,
      range,
      status: 'failed' as const,
    };
    expect(await startReplay(direct.general, asked, SYSTEM)).toMatchObject({ count: 1 });
    node.engine.wake();
    await logged(eventId, [1, 2]);
  });

  test('disabling a webhook cancels what was sent again and waits', async () => {
    await stopNode();
    const eventId = await keepYesterday();
    await redeliverFirst(eventId);
    await changeWebhook(direct.general, tenantNo, webhook.id, { enabled: false }, SYSTEM);
    expect(await statusesOf(eventId)).toEqual([2, 3]);
  });

  test('it is told that a webhook keeps failing', async () => {
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: ['webhook.failing'] });
    await stopNode();
    const eventId = await keepYesterday();
    await insertFailed(eventId, 2n);
    await insertFailed(eventId, 3n);
    const parts = { database: direct, log: pino({ enabled: false }), metrics: node.metrics };
    expect(await watchWebhooks(parts, 0)).toBe(1);
  });

  test('others take over from a dead node, and log what was lost too often', async () => {
    const eventId = await keepYesterday();
    await direct.general.query(
      `with dead as (
         insert into sydx.nodes (role, host, until)
         values ('all', 'gone', clock_timestamp() - interval '1 minute') returning id
       )
       insert into sydx.inflight
         (node_id, number, delivery_ids, event_ids, webhook_ids, tenant_nos, attempts, lost)
       select id, 1, array[sydx.new_id()], array[$1::bigint], array[$2::bigint], array[$3::int],
         array[1::smallint], array[4::smallint] from dead`,
      [eventId, webhook.id, tenantNo],
    );
    await logged(eventId, [2, 2]);
  });
});

test('a day that something pending is of is made later, however long ago it was', async () => {
  await createPartitions(direct.general, 1);
  const atMs = Date.now() - 3 * DAY_MS;
  await insertPending(atMs);
  const made = await createPartitions(direct.general, 1);
  expect(made).toEqual(PARENTS.map((parent) => `${parent}_${dayName(atMs)}`));
});

test('partitions are made by several nodes at once, each once', async () => {
  const made = await Promise.all([
    createPartitions(direct.general, 3),
    createPartitions(direct.hot, 3),
    createPartitions(direct.general, 3),
    start().then(() => []),
    start().then(() => []),
  ]);
  const names = made.flat();
  expect(new Set(names).size).toBe(names.length);
  await eventually('a week is made ahead', async () => (await partitions()).length === 24);
});

test('retention drops whole days, and none whose events or deliveries something pending needs', async () => {
  const now = Date.now();
  await createPartitionsSince(direct.general, now - 40 * DAY_MS);
  await insertPast(now - 39 * DAY_MS, false);
  await insertPast(now - 36 * DAY_MS, true);
  await insertPast(now - 34 * DAY_MS, false);

  await dropPartitions(direct.general, 30);
  const kept = await partitions();
  for (const parent of PARENTS) {
    expect(kept).not.toContain(`${parent}_${dayName(now - 37 * DAY_MS)}`);
    expect(kept).toContain(`${parent}_${dayName(now - 36 * DAY_MS)}`);
    expect(kept).toContain(`${parent}_${dayName(now - 34 * DAY_MS)}`);
  }

  await direct.general.query('delete from sydx.queue');
  await dropPartitions(direct.general, 30);
  const rest = await partitions();
  expect(rest).not.toContain(`events_${dayName(now - 31 * DAY_MS)}`);
  expect(rest).toContain(`events_${dayName(now - 30 * DAY_MS)}`);
  expect(rest).toContain(`attempts_${dayName(now)}`);
});

test('two nodes that drop the same days at once do it between them', async () => {
  await createPartitionsSince(direct.general, Date.now() - 36 * DAY_MS);
  const dropped = await Promise.all([
    dropPartitions(direct.general, 30),
    dropPartitions(direct.hot, 30),
  ]);
  // Whatever one left to the other that did not come to it, the next upkeep does.
  const later = await dropPartitions(direct.general, 30);
  const names = [...dropped.flat(), ...later];
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(6 * PARENTS.length);
  expect(await partitions()).not.toContain(`events_${dayName(Date.now() - 31 * DAY_MS)}`);
});

test('a day that was detached and not dropped, because somebody read it, is dropped later', async () => {
  await createPartitionsSince(direct.general, Date.now() - 33 * DAY_MS);
  const name = `deliveries_${dayName(Date.now() - 33 * DAY_MS)}`;
  await direct.general.query(`alter table sydx.deliveries detach partition sydx.${name}`);
  expect(await dropPartitions(direct.general, 30)).toContain(name);
  expect(await partitions()).not.toContain(name);
});

test('a connection that breaks while a day is dropped ends the upkeep and not the process', async () => {
  await createPartitionsSince(direct.general, Date.now() - 32 * DAY_MS);
  const name = `events_${dayName(Date.now() - 32 * DAY_MS)}`;
  const reader = await direct.control.connect();
  await reader.query('begin');
  await reader.query(`select count(*) from sydx.${name}`);
  const dropping = dropPartitions(direct.general, 30).then(
    () => 'dropped',
    (error: unknown) => String(error),
  );
  await eventually('it waits', async () => {
    const { rowCount } = await direct.hot.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'alter table%detach%' and wait_event_type = 'Lock'`,
    );
    return (rowCount ?? 0) > 0;
  });
  expect(await dropping).toMatch(/terminat/);
  await reader.query('rollback');
  reader.release();
  expect(await dropPartitions(direct.general, 30)).toContain(name);
});
