import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallestIdAt } from '../../src/base/ids.ts';
import { createMetrics } from '../../src/base/metrics.ts';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { RollUps } from '../../src/engine/roll-up.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { idRange } from '../../src/store/id-range.ts';
import { migrate } from '../../src/store/migrate.ts';
import { dropPartitions } from '../../src/store/partitions.ts';
import { rollUpLag, rollUpNext } from '../../src/store/roll-ups.ts';
import { HOUR_MS } from '../../src/store/rolled-hours.ts';
import { readStats, type StatsRow } from '../../src/store/stats.ts';
import { countHours } from '../../src/store/webhook-health.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, insertTenant, insertWebhook } from '../kit/delivery-log.ts';
import { throwDice } from '../kit/dice.ts';
import { eventually } from '../kit/engine.ts';
import { differences, insertLog, type LogRow, randomLog, statsOf } from '../kit/random-log.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const RETENTION_DAYS = 30;
const HOURS = 6;

let testDatabase: TestDatabase;
let database: Database;
let pool: pg.Pool;
/** The hour that is not over yet, or not long enough. */
let presentMs: number;
let acme: number;
let webhooks: { tenantNo: number; webhookId: string }[];

beforeEach(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  pool = database.general;
  presentMs = hourOf(Date.now() - 2 * MINUTE_MS);
  await createPartitionsSince(pool, presentMs - HOURS * HOUR_MS);
  acme = await insertTenant(pool, 'acme');
  const other = await insertTenant(pool, 'other');
  webhooks = [];
  for (const tenantNo of [acme, acme, acme, other]) {
    webhooks.push({ tenantNo, webhookId: await insertWebhook(pool, tenantNo) });
  }
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** A row of the log that succeeded so long before the present hour. */
function rowAt(msBefore: number, n = 0, { tenantNo, webhookId } = webhookAt(0)): LogRow {
  const id = (BigInt(smallestIdAt(presentMs - msBefore)) + BigInt(n)).toString();
  const outcome = { type: 'message.sent', status: 1, statusCode: 200, durationMs: 7 };
  return { id, tenantNo, webhookId, ...outcome };
}

function webhookAt(index: number): { tenantNo: number; webhookId: string } {
  const webhook = webhooks[index];
  if (webhook === undefined) throw new Error(`There is no webhook ${index}.`);
  return webhook;
}

/** Hours that are rolled up for a tenant, how many before the present one. */
async function rolledHours(tenantNo = acme): Promise<number[]> {
  const { rows } = await pool.query<{ hour: number }>(
    `select hour from sydx.rolled_hours where rolled_at is not null and not ($1 = any(waiting))
     order by hour desc`,
    [tenantNo],
  );
  return rows.map(({ hour }) => (presentMs - 1_704_067_200_000) / HOUR_MS - hour);
}

/**
 * Until nothing is left to do. What other tests on this server do in open transactions is waited for, as
 * any transaction may be one that adds to an hour.
 */
async function rollUpAll(until: () => Promise<boolean> = async () => allAreRolled()) {
  await eventually('hours are rolled up', async () => {
    while ((await rollUpNext(pool, RETENTION_DAYS)) === 'rolled');
    return await until();
  });
}

async function allAreRolled(): Promise<boolean> {
  return (await rollUpLag(pool)).openHours <= (hourOf(Date.now()) > presentMs ? 1 : 0);
}

async function total(fromMs: number, toMs: number, tenantNo = acme): Promise<number> {
  const range = idRange(fromMs, toMs);
  const rows = await readStats(pool, { tenantNo, range, bucketMs: HOUR_MS });
  return rows.find(({ start_ms: start }) => start === null)?.success ?? 0;
}

const sixHours = () => total(presentMs - HOURS * HOUR_MS, presentMs);

test('steps of durations are exact below 128 ms, at most 0.8 % away above, and few', async () => {
  const { rows } = await pool.query<{ ms: number; step: number }>(
    'select ms, sydx.latency_step(ms) as step from generate_series(0, 6000) as ms',
  );
  expect(rows.filter(({ ms, step }) => ms < 128 && ms !== step)).toEqual([]);
  expect(rows.filter(({ ms, step }) => Math.abs(ms - step) > ms * 0.008)).toEqual([]);
  expect(rows.filter(({ step }, at) => step < (rows[at - 1]?.step ?? 0))).toEqual([]);
  const steps = rows.filter(({ ms }) => ms <= 5_000).map(({ step }) => step);
  expect(new Set(steps).size).toBeLessThan(470);
});

test('random logs have the same statistics before, while and after they are rolled up', async () => {
  const dice = throwDice();
  const seed = `SEED=${dice.seed}`;
  const span = { fromMs: presentMs - HOURS * HOUR_MS, toMs: presentMs + 30 * MINUTE_MS };
  const log = randomLog(dice, 4_000, span, webhooks);
  await insertLog(pool, log);

  const moment = (): number =>
    dice.between(0, 2) === 0
      ? presentMs - dice.between(-1, HOURS) * HOUR_MS
      : dice.between(span.fromMs - HOUR_MS, span.toMs);
  const queries = Array.from({ length: 40 }, (_, n) => {
    const [a, b] = [moment(), moment()];
    const all = { fromMs: Date.parse('2020-01-01'), toMs: Date.parse('2999-01-01') };
    return {
      tenantNo: webhookAt(dice.between(2, 3)).tenantNo,
      webhookId: dice.between(0, 1) === 0 ? undefined : webhookAt(dice.between(0, 3)).webhookId,
      bucketMs: [MINUTE_MS, HOUR_MS, DAY_MS][dice.between(0, 2)] ?? HOUR_MS,
      ...(n === 0 ? all : { fromMs: Math.min(a, b), toMs: Math.max(a, b) }),
    };
  });
  const ask = async () => {
    const answers: StatsRow[][] = [];
    for (const query of queries) {
      const range = idRange(query.fromMs, query.toMs);
      answers.push(await readStats(pool, { ...query, range }));
    }
    return answers;
  };

  const raw = await ask();
  for (const [at, query] of queries.entries()) {
    const wrong = differences(raw[at] ?? [], statsOf(log, query));
    expect(wrong, `${seed} ${JSON.stringify(query)}`).toEqual([]);
  }
  await eventually('an hour is rolled up', async () => {
    return (await rollUpNext(pool, RETENTION_DAYS)) === 'rolled';
  });
  await rollUpNext(pool, RETENTION_DAYS);
  expect(await ask(), seed).toEqual(raw);
  await rollUpAll();
  expect((await rolledHours()).slice(0, HOURS)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await ask(), seed).toEqual(raw);
});

test("webhooks' hours are the same before and after they are rolled up", async () => {
  const dice = throwDice();
  const span = { fromMs: presentMs - HOURS * HOUR_MS, toMs: presentMs + 30 * MINUTE_MS };
  await insertLog(pool, randomLog(dice, 1_000, span, webhooks));
  const ask = async () => {
    const rows = await countHours(pool, acme, presentMs - 5 * HOUR_MS, presentMs + HOUR_MS);
    const counted = rows.map((row) => JSON.stringify(row));
    return counted.toSorted();
  };
  const raw = await ask();
  expect(raw).toHaveLength(6 * 3);
  await rollUpAll();
  expect(await ask(), `SEED=${dice.seed}`).toEqual(raw);
});

test('what is rolled up is not read in the log again', async () => {
  await insertLog(pool, [rowAt(HOUR_MS), rowAt(HOUR_MS, 1)]);
  await rollUpAll();
  await pool.query('delete from sydx.deliveries');
  expect(await sixHours()).toBe(2);
});

test('an hour waits for transactions that may have made an id of it, and later ones are counted', async () => {
  const slow = await pool.connect();
  await slow.query('begin');
  await slow.query('select pg_current_xact_id()');
  await insertLog(pool, [rowAt(HOUR_MS)]);
  for (let n = 0; n < 3; n += 1) {
    expect(await rollUpNext(pool, RETENTION_DAYS)).toBe('nothing to do');
  }
  expect(await rolledHours()).toEqual([]);
  const { id, tenantNo, webhookId } = rowAt(HOUR_MS, 1);
  await slow.query(
    `insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count, finished_at)
     values ($1, $2, $1, $3, 'message.sent', 1, 1, now())`,
    [id, tenantNo, webhookId],
  );
  expect(await sixHours()).toBe(1);
  await slow.query('commit');
  slow.release();
  await rollUpAll();
  expect(await sixHours()).toBe(2);
});

test('an hour is left alone for a minute after its end', async () => {
  await rollUpAll();
  const { rows } = await pool.query<{ last: Date }>(
    `select sydx.id_time((max(hour) + 1) * ${BigInt(HOUR_MS) << 22n}) as last from sydx.rolled_hours`,
  );
  const overSince = Date.now() - (rows[0]?.last.getTime() ?? 0);
  expect(overSince).toBeGreaterThan(MINUTE_MS);
  expect(overSince).toBeLessThan(HOUR_MS + 2 * MINUTE_MS);
});

describe('what is pending', () => {
  const queue = async (row: LogRow) =>
    await pool.query(
      `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
       values ($1, now() + interval '3 days', $2, $3, $2, 2, 0)`,
      [row.webhookId, row.id, row.tenantNo],
    );

  test('keeps its hour in the log for its tenant alone, until it has ended', async () => {
    const other = webhookAt(3);
    const late = rowAt(2 * HOUR_MS, 9);
    await insertLog(pool, [
      rowAt(HOUR_MS),
      rowAt(2 * HOUR_MS),
      rowAt(3 * HOUR_MS),
      rowAt(2 * HOUR_MS, 1, other),
    ]);
    await queue(late);
    await rollUpAll(async () => (await rolledHours()).length >= HOURS - 1);
    expect((await rolledHours()).slice(0, 3)).toEqual([1, 3, 4]);
    expect((await rolledHours(other.tenantNo)).slice(0, 3)).toEqual([1, 2, 3]);
    expect(await sixHours()).toBe(3);
    expect((await rollUpLag(pool)).seconds).toBeGreaterThan(3_600);

    await insertLog(pool, [late]);
    await pool.query('delete from sydx.queue');
    expect(await sixHours()).toBe(4);
    await rollUpAll();
    expect((await rolledHours()).slice(0, 3)).toEqual([1, 2, 3]);
    expect(await sixHours()).toBe(4);
    expect(await total(presentMs - HOURS * HOUR_MS, presentMs, other.tenantNo)).toBe(1);
  });

  test('counts where a node holds it, too', async () => {
    const under = rowAt(2 * HOUR_MS);
    await pool.query(
      `with node as (
         insert into sydx.nodes (role, host, until) values ('all', 'test', now() + interval '1 hour') returning id
       )
       insert into sydx.inflight (node_id, number, delivery_ids, event_ids, webhook_ids, tenant_nos)
       select id, 1, array[$1::bigint], array[$1::bigint], array[$2::bigint], array[$3::int] from node`,
      [under.id, under.webhookId, under.tenantNo],
    );
    await rollUpAll(async () => (await rolledHours()).length >= HOURS - 1);
    expect((await rolledHours()).slice(0, 2)).toEqual([1, 3]);
    await insertLog(pool, [under]);
    await rollUpAll();
    expect((await rolledHours()).slice(0, 2)).toEqual([1, 2]);
    expect(await sixHours()).toBe(1);
  });
});

test('two nodes at once roll each hour up once', async () => {
  const log = randomLog(
    throwDice(),
    1_000,
    { fromMs: presentMs - HOURS * HOUR_MS, toMs: presentMs },
    webhooks,
  );
  await insertLog(pool, log);
  const raw = await sixHours();
  const second = openDatabase(testDatabase.url, () => {});
  let rolled = 0;
  const work = async (on: pg.Pool) => {
    await eventually('all is rolled up', async () => {
      if ((await rollUpNext(on, RETENTION_DAYS)) === 'rolled') rolled += 1;
      return await allAreRolled();
    });
  };
  await Promise.all([work(pool), work(second.general), work(pool), work(second.general)]);
  await second.close();
  expect(rolled).toBe((await rolledHours()).length);
  expect(await sixHours()).toBe(raw);
});

test('killed in the middle, it has changed nothing and is done again', async () => {
  await insertLog(pool, [rowAt(HOUR_MS), rowAt(HOUR_MS, 1)]);
  // Between the roll-ups and the mark that they are there.
  await pool.query(
    `create function sydx.hold() returns trigger language plpgsql as
       'begin perform pg_sleep(600); return new; end';
     create trigger hold before update on sydx.rolled_hours for each row execute function sydx.hold()`,
  );
  const killed = openDatabase(testDatabase.url, () => {});
  const waits = async () => {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database()
         and wait_event = 'PgSleep'`,
    );
    return rows[0]?.pid;
  };
  let pid: number | undefined;
  const outcome = (async () => {
    while ((await rollUpNext(killed.general, RETENTION_DAYS)) !== 'rolled');
    return 'rolled';
  })().catch(() => 'broken');
  await eventually('it is in the middle', async () => (pid = await waits()) !== undefined);
  await pool.query('select pg_terminate_backend($1)', [pid]);
  expect(await outcome).toBe('broken');
  await killed.close();
  await pool.query('drop trigger hold on sydx.rolled_hours; drop function sydx.hold');
  expect(await rolledHours()).toEqual([]);
  expect((await pool.query('select from sydx.roll_ups')).rowCount).toBe(0);
  expect(await sixHours()).toBe(2);
  await rollUpAll();
  expect(await sixHours()).toBe(2);
});

test('what is left of an hour whose mark is gone is replaced', async () => {
  await insertLog(pool, [rowAt(HOUR_MS), rowAt(HOUR_MS, 1)]);
  await rollUpAll();
  await pool.query('delete from sydx.rolled_hours; update sydx.roll_ups set success = 7');
  await rollUpAll();
  expect(await sixHours()).toBe(2);
});

test('retention takes the roll-ups of a day away with it', async () => {
  const oldMs = presentMs - 32 * DAY_MS;
  await createPartitionsSince(pool, oldMs);
  await insertLog(pool, [rowAt(32 * DAY_MS), rowAt(HOUR_MS)]);
  while ((await rollUpNext(pool, 40)) !== 'nothing to do');
  await rollUpAll(async () => (await rollUpNext(pool, 40)) === 'nothing to do' && allAreRolled());
  expect(await total(oldMs, presentMs)).toBe(2);
  await dropPartitions(pool, RETENTION_DAYS);
  expect(await total(oldMs, presentMs)).toBe(1);
  const { rows } = await pool.query<{ old: number }>(
    `select (select count(*) from sydx.roll_ups where hour < h)::int
       + (select count(*) from sydx.rolled_hours where hour < h)::int as old
     from (select (sydx.id_at(now() - interval '31 days') / ${BigInt(HOUR_MS) << 22n})::int as h) as bound`,
  );
  expect(rows).toEqual([{ old: 0 }]);
  await rollUpNext(pool, RETENTION_DAYS);
  expect(await sixHours()).toBe(1);
}, 60_000);

test('an upgrade rolls the log that is there up, the newest hour first', async () => {
  await pool.query('drop table sydx.roll_ups, sydx.rolled_hours; drop function sydx.latency_step');
  await pool.query(`delete from sydx.kysely_migration where name = '0017_roll_ups'`);
  const log = randomLog(
    throwDice(),
    2_000,
    { fromMs: presentMs - HOURS * HOUR_MS, toMs: presentMs },
    webhooks,
  );
  await insertLog(pool, log);
  expect(await migrate(pool)).toEqual(['0017_roll_ups']);
  const raw = await sixHours();
  await eventually('it begins', async () => {
    return (await rollUpNext(pool, RETENTION_DAYS)) === 'rolled';
  });
  expect(await rolledHours()).toEqual([1]);
  const metrics = createMetrics();
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const rollUps = new RollUps({ database, clock, metrics, retentionDays: RETENTION_DAYS });
  expect(rollUps.isDue()).toBe(false);
  let turns = 0;
  await eventually('it catches up', async () => {
    await rollUps.turn(() => false);
    turns += 1;
    return await allAreRolled();
  });
  expect(turns).toBeGreaterThan(0);
  expect(await sixHours()).toBe(raw);
  const shown = (await metrics.rollUpOpenHours.get()).values[0]?.value;
  expect(shown).toBeLessThanOrEqual(1);
});

test('after a turn in which it worked it rests four times as long', async () => {
  let now = 0;
  const clock = { now: () => Date.now(), monotonic: () => now };
  const slow = {
    ...database,
    general: new Proxy(pool, {
      get: (target, name) => {
        now += name === 'connect' ? 40 : 0;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    }),
  };
  const metrics = createMetrics();
  const rollUps = new RollUps({ database: slow, clock, metrics, retentionDays: RETENTION_DAYS });
  now = BOUNDS.rollUpIdleMs;
  expect(rollUps.isDue()).toBe(true);
  await eventually('hours can be rolled up', async () => {
    return (await rollUpNext(pool, RETENTION_DAYS)) === 'rolled';
  });
  await rollUps.turn(() => false);
  expect((await rolledHours()).length).toBe(4);
  const doneAt = now;
  expect(rollUps.isDue()).toBe(false);
  now = doneAt + 120 * BOUNDS.rollUpRest;
  expect(rollUps.isDue()).toBe(true);
});

test('a database that was restored into a server with fewer transactions is rolled up all the same', async () => {
  await insertLog(pool, [rowAt(HOUR_MS)]);
  await rollUpAll();
  await pool.query('delete from sydx.roll_ups');
  await pool.query(`update sydx.rolled_hours set rolled_at = null, horizon = '${2n ** 60n}'::xid8`);
  await rollUpAll();
  expect(await sixHours()).toBe(1);
});

test('hours that a clock which was set back makes ids of again are counted anew', async () => {
  await insertLog(pool, [rowAt(HOUR_MS)]);
  await rollUpAll();
  // As if it had been an hour later.
  await pool.query(
    `with moved as (update sydx.rolled_hours set hour = hour + 1 where hour = (
       select max(hour) from sydx.rolled_hours) returning hour)
     update sydx.roll_ups set hour = moved.hour from moved where roll_ups.hour = moved.hour - 1`,
  );
  expect(await total(presentMs, presentMs + HOUR_MS)).toBe(1);
  await rollUpAll();
  expect(await total(presentMs, presentMs + HOUR_MS)).toBe(0);
  expect(await sixHours()).toBe(1);
});
