import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOutbox } from '../../src/store/outbox-rows.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant } from '../kit/engine.ts';
import { type RelayingNode, startRelayingNode } from './relaying-node.ts';
import { acceptedBodies, type Crm, crmIn, startCrm } from './world.ts';

const COSTLY = 60;

let database: TestDatabase;
let crm: Crm;

/** All of them become visible at once, those of `evil` first; some are rejected. */
async function publishAll(): Promise<void> {
  await crm.pool.query(
    `select sydx.publish(t, 'lead.captured', json_build_object('n', n,
       'source', case when n % 10 = 0 then 'nowhere' else 'web_form' end))
     from (select 'evil' as t, n from generate_series(1, $1::int) n
       union all select 'victim', n from generate_series(1, 3) n) as given`,
    [COSTLY],
  );
}

describe.each(['own', 'crm'] as const)('a tenant whose events take long to judge (%s)', (place) => {
  let node: RelayingNode | undefined;

  beforeEach(async () => {
    database = await createDatabase();
    crm = place === 'own' ? await crmIn(database) : await startCrm();
  });
  afterEach(async () => {
    await node?.stop();
    await crm.close();
    await database.drop();
  });

  it.each([60, 2_000])(
    'delays the others by a batch or two, and all of its own are seen to: %i ms a look at the clock',
    async (perLookMs) => {
      let ms = 0;
      const clock = { now: () => Date.now(), monotonic: () => (ms += perLookMs) };
      node = await startRelayingNode(database.url, place === 'own' ? null : crm.url, clock);
      const evil = await makeTenant(node.database, 'evil');
      const victim = await makeTenant(node.database, 'victim');
      await publishAll();
      await eventually('all are seen to', async () => (await crm.waiting()) === 0, 60_000);

      const numbers = async (tenantNo: number) =>
        (await acceptedBodies(node!, tenantNo)).map(({ data }) => data['n']);
      expect(await numbers(victim)).toEqual([1, 2, 3]);
      const { general } = node.database;
      const rejected = await general.query<{ n: number }>(
        `select (data::json->>'n')::int as n from sydx.outbox_rejected order by id`,
      );
      const expected = Array.from({ length: COSTLY }, (_, at) => at + 1);
      expect(await numbers(evil)).toEqual(expected.filter((n) => n % 10 !== 0));
      expect(rejected.rows.map(({ n }) => n)).toEqual(expected.filter((n) => n % 10 === 0));
      const { rows } = await general.query<{ before: number }>(
        `select count(*)::int as before from sydx.events where tenant_no = $1
         and id < (select max(id) from sydx.events where tenant_no = $2)`,
        [evil, victim],
      );
      expect(rows[0]?.before).toBeLessThan(COSTLY / 2);
    },
    90_000,
  );
});

it('a tenant whose events are large leaves room in a fair read for the others', async () => {
  database = await createDatabase();
  crm = await crmIn(database);
  for (let n = 0; n < 4; n += 1) {
    await crm.publish('evil', 'lead.captured', { n, note: 'x'.repeat(80_000) });
  }
  await crm.publish('victim', 'lead.captured', { n: 0 });
  const options = { floor: '0', limit: 100, limitBytes: 100_000, relayed: [] };
  const rows = await readOutbox(crm.pool, options, true);
  expect(rows.map(({ tenant }) => tenant)).toEqual(['evil', 'victim', 'evil']);
  await crm.close();
  await database.drop();
});
