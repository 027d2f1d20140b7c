import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { idRange } from '../../src/store/id-range.ts';
import { redeliver } from '../../src/store/redeliver.ts';
import { feedReplays, readReplay } from '../../src/store/replays.ts';
import { countReplay, type ReplayRequest, startReplay } from '../../src/store/start-replay.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  createPartitionsSince,
  fillLog,
  insertTenant,
  insertWebhook,
} from '../kit/delivery-log.ts';

const HOUR_MS = 3_600_000;

let testDatabase: TestDatabase;
let database: Database;
let tenantNo: number;
let webhookId: string;
let tenants = 0;
const now = Date.now();
const from = now - HOUR_MS;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  await createPartitionsSince(database.general, from);
});

beforeEach(async () => {
  tenants += 1;
  tenantNo = await insertTenant(database.general, `tenant-${tenants}`);
  webhookId = await insertWebhook(database.general, tenantNo);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

function fill(count: number, status: number, type = 'message.sent'): Promise<void> {
  const span = { fromMs: from, toMs: now - 60_000 };
  return fillLog(database.general, { tenantNo, webhookId, type, count, status, ...span });
}

function request(status: ReplayRequest['status'] = 'failed'): ReplayRequest {
  const range = idRange(from, undefined);
  return { tenantNo, webhookId, fromMs: from, toMs: now, range, status };
}

async function start(status: ReplayRequest['status'] = 'failed') {
  const started = await startReplay(database.general, request(status), SYSTEM);
  if ('refused' in started) throw new Error(started.refused);
  return started;
}

async function feedAll(): Promise<void> {
  while ((await feedReplays(database.general, 100)) > 0);
}

async function queued(): Promise<string[]> {
  const { rows } = await database.general.query<{ event_id: string }>(
    'select event_id from sydx.queue where webhook_id = $1 order by event_id',
    [webhookId],
  );
  return rows.map((row) => row.event_id);
}

async function failedEvents(): Promise<string[]> {
  const { rows } = await database.general.query<{ event_id: string }>(
    'select event_id from sydx.deliveries where webhook_id = $1 and status = 2 order by event_id',
    [webhookId],
  );
  return rows.map((row) => row.event_id);
}

/** Ends what waits, as an engine would. */
async function finishQueued(status: number): Promise<void> {
  await database.general.query(
    `with done as (delete from sydx.queue where webhook_id = $1 returning *)
     insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at)
     select id, tenant_no, event_id, webhook_id, 'message.sent', $2, 1, clock_timestamp() from done`,
    [webhookId, status],
  );
}

test('each failed event is replayed once, thousands of them, by nodes at work at the same time', async () => {
  await fill(3_000, 2);
  await fill(500, 1);
  const started = await start();
  expect(started.count).toBe(3_000);

  await Promise.all([feedAll(), feedAll(), feedAll()]);
  await feedAll();

  expect(await queued()).toEqual(await failedEvents());
  expect(await readReplay(database.general, tenantNo, started.id)).toMatchObject({
    count: 3_000,
    replayed: 3_000,
    cancelled: false,
    finished_at: expect.any(Date) as Date,
  });
});

test('a crash between two chunks loses nothing and repeats nothing', async () => {
  await fill(1_200, 2);
  const started = await start();
  expect(await queued()).toHaveLength(500);
  expect(await readReplay(database.general, tenantNo, started.id)).toMatchObject({
    replayed: 500,
    finished_at: null,
  });
  // The next start goes on with what is still listed.
  await feedAll();
  expect(await queued()).toEqual(await failedEvents());
});

test('the latest delivery decides: redelivered with success is not failed any more', async () => {
  await fill(3, 2);
  const { rows } = await database.general.query<{ id: string }>(
    'select id from sydx.deliveries where webhook_id = $1 order by id limit 2',
    [webhookId],
  );
  await redeliver(database.general, tenantNo, rows[0]?.id ?? '', SYSTEM);
  await finishQueued(1);
  await redeliver(database.general, tenantNo, rows[1]?.id ?? '', SYSTEM);
  await finishQueued(2);

  expect(await countReplay(database.general, request('failed'))).toBe(2);
  expect(await countReplay(database.general, request('success'))).toBe(1);
});

test('what waits, what another replay holds, and tests do not match', async () => {
  await fill(700, 2);
  await fill(10, 2, 'test.ping');
  await fill(5, 3);
  expect((await start()).count).toBe(700);
  // 500 wait in the queue, 200 on the list.
  expect((await start()).count).toBe(0);
  expect((await start('cancelled')).count).toBe(5);
  await feedAll();
  expect(await countReplay(database.general, request())).toBe(0);
});

test('two replays at once share no event', async () => {
  await fill(300, 2);
  const counts = await Promise.all([start(), start()]);
  expect(new Set(counts.map(({ count }) => count))).toEqual(new Set([0, 300]));
});

test('a webhook that is disabled meanwhile stops the replay, which says so', async () => {
  await fill(800, 2);
  const started = await start();
  await database.general.query('update sydx.webhooks set enabled = false where id = $1', [
    webhookId,
  ]);
  await feedAll();
  expect(await queued()).toHaveLength(500);
  expect(await readReplay(database.general, tenantNo, started.id)).toMatchObject({
    count: 800,
    replayed: 500,
    cancelled: true,
    finished_at: expect.any(Date) as Date,
  });
  expect(await startReplay(database.general, request(), SYSTEM)).toEqual({
    refused: 'webhook_disabled',
  });
});

test('an event that retention took is left out', async () => {
  await fill(600, 2);
  const started = await start();
  await database.general.query(
    'delete from sydx.events where tenant_no = $1 and id not in (select event_id from sydx.queue)',
    [tenantNo],
  );
  await feedAll();
  expect(await readReplay(database.general, tenantNo, started.id)).toMatchObject({
    count: 600,
    replayed: 500,
    cancelled: false,
  });
});

test('of two redeliveries at once one is made, the other is told that it is pending', async () => {
  await fill(1, 2);
  const { rows } = await database.general.query<{ id: string }>(
    'select id from sydx.deliveries where webhook_id = $1',
    [webhookId],
  );
  const id = rows[0]?.id ?? '';
  const results = await Promise.all(
    [1, 2, 3].map(() => redeliver(database.general, tenantNo, id, SYSTEM)),
  );
  expect(results.filter((result) => 'deliveryId' in result)).toHaveLength(1);
  expect(results.filter((result) => 'refused' in result)).toEqual([
    { refused: 'delivery_pending' },
    { refused: 'delivery_pending' },
  ]);
  expect(await queued()).toHaveLength(1);
});
