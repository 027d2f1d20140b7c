import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { doAlone } from '../../src/store/do-alone.ts';
import { partitionSpan } from '../../src/store/partition-span.ts';
import { createPartitions } from '../../src/store/partitions.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, insertWebhook } from '../kit/delivery-log.ts';
import { eventually, makeEvent, makeTenant, makeWebhook, startTestEngine } from '../kit/engine.ts';
import { type FaultyLink, startFaultyLink } from '../kit/faulty-link.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';

const DAY_MS = 86_400_000;
const EVENTS = ['message.received'];
let database: TestDatabase;
let direct: Database;
let link: FaultyLink;
let node: TestApi;
let receiver: MoodyReceiver;
let tenantNo: number;

beforeAll(async () => {
  database = await createDatabase();
  direct = openDatabase(database.url, () => undefined);
  link = await startFaultyLink(database.url);
  node = await startTestApi(link.url, { retryScheduleSeconds: [0.01, 0.01] });
  receiver = await startMoodyReceiver(({ path }) => (path === '/fails' ? 500 : 200));
  tenantNo = await makeTenant(direct, 'acme');
});

afterAll(async () => {
  await node.close();
  await receiver.close();
  await link.close();
  await direct.close();
  await database.drop();
});

/** What /metrics of the node shows: 0 for what is not there yet. */
async function figure(name: string): Promise<number> {
  const { status, text } = await node.call('GET', '/metrics');
  expect(status).toBe(200);
  return valueIn(text, name);
}

function valueIn(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

const shows = (name: string, isIt: (value: number) => boolean, timeoutMs = 10_000) =>
  eventually(`${name} is shown`, async () => isIt(await figure(name)), timeoutMs);

test('accepted, delivered, failed and retried are counted', async () => {
  await makeWebhook(node, { tenantNo, url: `${receiver.origin}/fails`, events: EVENTS });
  await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  for (let n = 0; n < 3; n += 1) await node.engine.publish([makeEvent(tenantNo, 'acme', n)]);
  await shows('sydx_deliveries_finished_total{status="failed"}', (value) => value === 3);
  await shows('sydx_deliveries_finished_total{status="success"}', (value) => value === 3);
  expect(await figure('sydx_events_accepted_total{type="message.received"}')).toBe(3);
  expect(await figure('sydx_retries_scheduled_total')).toBe(6);
  expect(await figure('sydx_attempts_total{result="status_5xx"}')).toBe(9);
});

test('types that people registered are one label, whatever their names', async () => {
  const types = ['order.paid', 'order.lost', 'secret.customer_name'];
  const events = types.map((type, n) => ({ ...makeEvent(tenantNo, 'acme', 100 + n), type }));
  await node.engine.publish(events);
  expect(await figure('sydx_events_accepted_total{type="custom"}')).toBe(3);
  const { text } = await node.call('GET', '/metrics');
  for (const type of types) expect(text).not.toContain(type);
});

test('the backlog and its age grow while nobody delivers, and what is not due yet is no backlog', async () => {
  const quiet = await createDatabase();
  const api = await startTestEngine(quiet.url, { role: 'api' });
  const no = await makeTenant(api.database, 'acme');
  await makeWebhook(api, { tenantNo: no, url: receiver.origin, events: EVENTS });
  const ages: number[] = [];
  const read = async () =>
    valueIn(await api.metrics.registry.metrics(), 'sydx_backlog_age_seconds');
  expect(await read()).toBe(0);
  for (let n = 0; n < 4; n += 1) await api.engine.publish([makeEvent(no, 'acme', n)]);
  await api.database.general.query(
    `update sydx.queue set due = now() + interval '1 hour'
     where id = (select max(id) from sydx.queue)`,
  );
  for (let looks = 0; looks < 2; looks += 1) {
    const before = ages.at(-1) ?? 0;
    await eventually('it is older', async () => (await read()) > before, 3 * BOUNDS.backlogAgeMs);
    ages.push(await read());
  }
  // A node that starts counts at once.
  const other = await startTestEngine(quiet.url, { role: 'api' });
  await eventually('it has counted', async () => {
    const text = await other.metrics.registry.metrics();
    return valueIn(text, 'sydx_backlog_age_seconds') > 0 && valueIn(text, 'sydx_queue_depth') > 0;
  });
  const text = await other.metrics.registry.metrics();
  expect(valueIn(text, 'sydx_queue_depth')).toBe(4);
  expect(valueIn(text, 'sydx_backlog_deliveries')).toBe(3);
  await other.stop();
  await api.stop();
  await quiet.drop();
}, 60_000);

test('the age of the backlog costs one probe of an index, however much waits', async () => {
  const busy = await createDatabase();
  const pools = openDatabase(busy.url, () => undefined);
  await pools.general.query(
    `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
     select n % 100, now() - n * interval '1 second', n, 1, n, 1, 0
     from generate_series(1, 50000) as n`,
  );
  await pools.general.query('vacuum analyze sydx.queue');
  const plan = async (statement: string) => {
    const { rows } = await pools.general.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off) ${statement}`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const age = await plan('select due from sydx.queue order by due limit 1');
  expect(age).toMatch(
    /Index Only Scan using queue_by_due on queue \(actual rows=1(\.00)? loops=1\)/,
  );
  await pools.close();
  await busy.drop();
});

test('a node that was declared dead counts it', async () => {
  const before = await figure('sydx_leases_lost_total');
  await direct.general.query('delete from sydx.nodes');
  await shows('sydx_leases_lost_total', (value) => value === before + 1);
  await shows('sydx_ready', (value) => value === 1);
});

test('a pool whose connections are all taken shows how many wait for one', async () => {
  const { general } = node.database;
  const limit = await figure('sydx_database_connections_limit{pool="general"}');
  // One listens for wake-ups all the time, and the sweep comes by.
  const asked = Array.from({ length: limit + 1 }, () => general.connect());
  await shows('sydx_database_connections{pool="general",state="waiting"}', (value) => value >= 1);
  expect(await figure('sydx_database_connections{pool="general",state="total"}')).toBe(limit);
  expect(await figure('sydx_database_connections{pool="general",state="idle"}')).toBe(0);
  const releasing = asked.map(async (client) => (await client).release());
  await Promise.all(releasing);
  await shows('sydx_database_connections{pool="general",state="waiting"}', (value) => value === 0);
});

test('an event loop that stood still shows its delay', async () => {
  await figure('nodejs_eventloop_lag_max_seconds');
  await sleep(50);
  const until = performance.now() + 300;
  while (performance.now() < until);
  await sleep(50);
  expect(await figure('nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0.2);
});

const PARTITIONS_DONE = 'sydx_upkeep_seconds_count{task="partitions"}';

test('partitions are shown: how many, days ahead, the oldest, and days past retention that stay', async () => {
  await shows('sydx_partitions_ahead_days', (value) => value === 7);
  expect(await figure('sydx_partitions')).toBe(24);
  expect(await figure('sydx_partitions_oldest_days')).toBe(0);
  expect(await figure(PARTITIONS_DONE)).toBe(1);
  expect(await figure('sydx_partitions_overdue_days')).toBe(0);
  await createPartitionsSince(direct.general, Date.now() - 33 * DAY_MS);
  // A delivery that is pending needs its event, so its day stays.
  await direct.general.query(
    `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
     select 1, now() + interval '1 hour', day, $1, day, 1, 0
     from (select sydx.id_at(now() - interval '32 days') as day) old`,
    [tenantNo],
  );
  const heir = await startTestEngine(database.url);
  await eventually('the upkeep is done', async () => {
    const text = await heir.metrics.registry.metrics();
    return valueIn(text, 'sydx_partitions_overdue_days') === 2;
  });
  const text = await heir.metrics.registry.metrics();
  expect(valueIn(text, 'sydx_partitions_oldest_days')).toBe(32);
  expect(valueIn(text, 'sydx_partitions')).toBe(3 * (32 + 1 + 7));
  await heir.stop();
  await direct.general.query('delete from sydx.queue');
});

/** A database without upkeep, as a node on it starts. */
async function startUnkept(prepare: (pools: Database) => Promise<void>) {
  const unkept = await createDatabase();
  const pools = openDatabase(unkept.url, () => undefined);
  await createPartitions(pools.general, 1);
  await prepare(pools);
  const started = await startTestEngine(unkept.url);
  const read = async (name: string) => valueIn(await started.metrics.registry.metrics(), name);
  await eventually('upkeep came round', async () => (await read(PARTITIONS_DONE)) === 1);
  return {
    pools,
    read,
    close: async () => {
      await started.stop();
      await pools.close();
      await unkept.drop();
    },
  };
}

const FAILED = 'sydx_upkeep_failures_total{task="partitions"}';

test('days that cannot be made are shown as missing, and do not keep old ones from being dropped', async () => {
  const unkept = await startUnkept(async ({ general }) => {
    await createPartitionsSince(general, Date.now() - 33 * DAY_MS);
    await general.query(
      `create function public.refuse() returns event_trigger language plpgsql as
         $$ begin raise 'No more tables.'; end $$`,
    );
    await general.query(
      `create event trigger refuse on ddl_command_start when tag in ('CREATE TABLE')
       execute function public.refuse()`,
    );
  });
  expect(await unkept.read(FAILED)).toBe(1);
  expect(await unkept.read('sydx_partitions_ahead_days')).toBe(1);
  expect(await unkept.read('sydx_partitions_oldest_days')).toBe(30);
  await unkept.close();
}, 30_000);

test('a day of which one table has no partition counts as missing', async () => {
  const gap = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const unkept = await startUnkept(async () => undefined);
  await unkept.pools.general.query(`drop table sydx.deliveries_${gap}`);
  expect(await partitionSpan(unkept.pools.general)).toMatchObject({ aheadDays: 2, count: 23 });
  await unkept.close();
}, 30_000);

test('one node at a time looks after partitions; another that comes by meanwhile leaves it be', async () => {
  const { general } = direct;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = doAlone(general, 'upkeep', () => held);
  await eventually(
    'it is held',
    async () => !(await doAlone(general, 'upkeep', async () => undefined)),
  );
  const others = await startTestEngine(database.url);
  const read = async (name: string) => valueIn(await others.metrics.registry.metrics(), name);
  await eventually('upkeep came round', async () => (await read(PARTITIONS_DONE)) === 1);
  expect(await read(FAILED)).toBe(0);
  expect(await read('sydx_partitions_ahead_days')).toBe(7);
  release();
  expect(await first).toBe(true);
  await others.stop();
}, 30_000);

test('upkeep that fails is counted by its task, and its last success stays where it was', async () => {
  const failures = 'sydx_upkeep_failures_total{task="feed_replays"}';
  const success = 'sydx_upkeep_last_success_timestamp_seconds{task="feed_replays"}';
  await shows(success, (value) => Math.abs(value - Date.now() / 1_000) < 60);
  await direct.general.query('alter table sydx.replays rename to replays_away');
  await shows(failures, (value) => value > 0);
  const last = await figure(success);
  const failed = await figure(failures);
  await shows(failures, (value) => value > failed);
  expect(await figure(success)).toBe(last);
  await direct.general.query('alter table sydx.replays_away rename to replays');
  await shows(success, (value) => value > last);
});

test('webhooks that keep failing are counted', async () => {
  const webhookId = await insertWebhook(direct.general, tenantNo);
  await direct.general.query('insert into sydx.failing_webhooks values ($1, now())', [webhookId]);
  await shows('sydx_failing_webhooks', (value) => value >= 1, 3 * BOUNDS.watchMs);
}, 60_000);

test('/metrics answers while the database is away, and tells it', async () => {
  link.cut();
  await shows('sydx_ready', (value) => value === 0);
  expect(await figure('sydx_database_connections_limit{pool="hot"}')).toBe(6);
  link.mend();
  await shows('sydx_ready', (value) => value === 1, 20_000);
}, 40_000);
