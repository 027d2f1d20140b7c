import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createPartitions } from '../../src/store/partitions.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { makeTenant } from '../kit/engine.ts';
import { TENANTS } from './ground.ts';
import { type Accident, assertLife } from './property.ts';
import { STATEMENTS, type Statements } from './statements.ts';

let testDatabase: TestDatabase;
let database: Database;
let tenantNos: number[];

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => undefined);
  await createPartitions(database.general, 1);
  tenantNos = [];
  for (const id of TENANTS) tenantNos.push(await makeTenant(database, id));
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** Enough for each mistake below to show itself many times over. */
const RUNS = 60;
const SEED = 4;

async function findMistake(mistake: Partial<Statements>, accident?: Accident): Promise<string> {
  const statements = { ...STATEMENTS, ...mistake };
  const options = { runs: RUNS, seed: SEED, isLongFine: true, accident };
  try {
    await assertLife({ database, tenantNos, statements }, options);
    return 'nothing was found';
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message}\n${cause instanceof Error ? cause.message : ''}`;
  }
}

const run = (statement: string, values: unknown[] = []) =>
  database.general.query(statement, values);

/** Statements with a mistake in each, by words of the mistake. */
const MISTAKES: Record<string, { statements: Partial<Statements>; found: RegExp }> = {
  'a fence that lets a dead node write': {
    statements: {
      recordOutcomes: async (pool, nodeId, outcomes, closed) => {
        await run(
          `insert into sydx.nodes (id, role, host, until) values ($1, 'worker', 'back', clock_timestamp())
           on conflict do nothing`,
          [nodeId],
        );
        return await STATEMENTS.recordOutcomes(pool, nodeId, outcomes, closed);
      },
    },
    found: /told that it is alive|should be: |duplicate key/,
  },
  'a takeover that counts no lost lease': {
    statements: {
      takeOverOne: async (pool) => {
        const over = await STATEMENTS.takeOverOne(pool);
        await run('update sydx.queue set lost = 0');
        return over;
      },
    },
    found: /should be: .* lost 1/,
  },
  'a takeover that counts the lost attempt': {
    statements: {
      takeOverOne: async (pool) => {
        const over = await STATEMENTS.takeOverOne(pool);
        await run('update sydx.queue set attempt = attempt + 1 where lost > 0');
        return over;
      },
    },
    found: /should be: /,
  },
  'a claim that does not wait for the retry': {
    statements: {
      claimQueue: async (...args) => {
        await run('update sydx.queue set due = clock_timestamp()');
        return await STATEMENTS.claimQueue(...args);
      },
    },
    found: /were due and .* were taken/,
  },
  'disabling that leaves what waits in the queue': {
    statements: {
      changeWebhook: async (pool, tenantNo, id, change, by) => {
        const waiting = await run('delete from sydx.queue where webhook_id = $1 returning *', [id]);
        const changed = await STATEMENTS.changeWebhook(pool, tenantNo, id, change, by);
        await run(
          'insert into sydx.queue select * from json_populate_recordset(null::sydx.queue, $1)',
          [JSON.stringify(waiting.rows)],
        );
        return changed;
      },
    },
    found: /should be: .*log cancelled by webhook_disabled/,
  },
  'a replay that sends an event twice': {
    statements: {
      feedReplays: async (pool, chunk) => {
        const { rows } = await run(
          `select * from sydx.replay_items where replay_id =
             (select min(id) from sydx.replays where finished_at is null)
           order by event_id limit 1`,
        );
        const count = await STATEMENTS.feedReplays(pool, chunk);
        await run(
          `insert into sydx.replay_items
           select replay_id, event_id from json_populate_recordset(null::sydx.replay_items, $1)
           where exists (select from sydx.replays where id = replay_id and finished_at is null)
           on conflict do nothing`,
          [JSON.stringify(rows)],
        );
        return count;
      },
    },
    found: /should be: replay|is not on its way|Nobody asked for/,
  },
  "a publish that reaches another tenant's webhook": {
    statements: {
      publishEvents: async (pool, events, lessee) => {
        const published = await STATEMENTS.publishEvents(pool, events, lessee);
        await run(
          `insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
           select webhook_id, clock_timestamp(), sydx.new_id(), tenant_no, $1, 1, 0
           from sydx.subscriptions where tenant_no <> $2 limit 1`,
          [published.eventIds[0], events[0]?.tenantNo],
        );
        return published;
      },
    },
    found: /Nobody asked for/,
  },
};

it.each(Object.entries(MISTAKES))(
  '%s is found',
  { timeout: 120_000 },
  async (_words, { statements, found }) => {
    expect(await findMistake(statements)).toMatch(found);
  },
);

const ACCIDENTS: Record<string, [statement: string, found: RegExp]> = {
  'a final state that is overwritten': [
    `update sydx.deliveries set error = 'changed' where status = 2`,
    /The final state of \d+ was overwritten/,
  ],
  'a delivery that is lost': [
    'delete from sydx.queue where id = (select min(id) from sydx.queue)',
    /A delivery is lost/,
  ],
  'a delivery in two places': [
    `insert into sydx.queue select webhook_id, clock_timestamp(), id, tenant_no, event_id, 1, 0
     from sydx.deliveries where status = 2 on conflict do nothing`,
    /A delivery is in two places/,
  ],
  'a fifth attempt': ['update sydx.queue set attempt = 5 where attempt = 2', /is at attempt 5/],
};

it.each(Object.entries(ACCIDENTS))(
  '%s is found',
  { timeout: 120_000 },
  async (_words, [statement, found]) => {
    const happens: Accident = async () => {
      await run(statement);
    };
    expect(await findMistake({}, happens)).toMatch(found);
  },
);
