import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installOutbox, uninstallOutbox } from '../../src/store/outbox-schema.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant, type TestEngine } from '../kit/engine.ts';
import { type FaultyLink, startFaultyLink } from '../kit/faulty-link.ts';
import { type RelayingNode, startRelayingNode } from './relaying-node.ts';
import { acceptedBodies, type Crm, startCrm } from './world.ts';

const TENANT = 'acme';

let database: TestDatabase;
let crm: Crm;
let toProduct: FaultyLink;
let toCrm: FaultyLink;
let node: RelayingNode;
let tenantNo: number;

beforeEach(async () => {
  database = await createDatabase();
  crm = await startCrm();
  toProduct = await startFaultyLink(database.url);
  toCrm = await startFaultyLink(crm.url);
  node = await startRelayingNode(toProduct.url, toCrm.url);
  tenantNo = await makeTenant(node.database, TENANT);
});
afterEach(async () => {
  await node.stop();
  await toCrm.close();
  await toProduct.close();
  await crm.close();
  await database.drop();
});

async function publish(...given: string[]): Promise<void> {
  for (const name of given) {
    await crm.publish(TENANT, 'lead.captured', { name, source: 'web_form' });
  }
}

async function names(of: Pick<TestEngine, 'database'> = node): Promise<unknown[]> {
  return (await acceptedBodies(of, tenantNo)).map(({ data }) => data['name']);
}

const drained = () =>
  eventually('the outbox is empty', async () => (await crm.waiting()) === 0, 30_000);

/** What the node shows of the outbox of the CRM: 1, 0, or nothing while another one relays. */
const upOf = async ({ metrics }: Pick<TestEngine, 'metrics'>) =>
  /sydx_outbox_up\{place="crm"\} (\d)/.exec(await metrics.registry.metrics())?.[1];

/** Whatever would be done twice has had its time. */
const settled = async () => {
  await drained();
  await sleep(500);
};

describe('between two databases nothing is published twice and nothing is lost', () => {
  it('when our commit is made and its answer is lost', async () => {
    // Other transactions commit as well: again until it was the relay's.
    const all: string[] = [];
    while (!node.logged().includes('cannot be relayed now')) {
      const round = [1, 2, 3].map((n) => `${all.length}-${n}`);
      all.push(...round);
      const swallowed = toProduct.swallowAnswer('commit');
      await publish(...round);
      await swallowed;
      await drained();
    }
    await settled();
    expect(await names()).toEqual(all);
  });

  it('when our commit is made and the delete in the other database is lost', async () => {
    await publish('first');
    await drained();
    // Refused there for a while: rows are read and published, and stay.
    await crm.pool.query(
      `create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not now' using errcode = '57P03'; end $$;
      create trigger refuse before delete on sydx.outbox for each row execute function refuse()`,
    );
    await publish('one', 'two');
    await eventually('both are accepted', async () => (await names()).length === 3);
    await sleep(1_000);
    await crm.pool.query('drop trigger refuse on sydx.outbox');
    await settled();
    expect(await names()).toEqual(['first', 'one', 'two']);
  });

  it('when the delete is made, with the next read, and its answer is lost', async () => {
    await publish('one');
    await drained();
    const swallowed = toCrm.swallowAnswer('read-outbox');
    await publish('two', 'three');
    await swallowed;
    await publish('four');
    await settled();
    expect(await names()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('when rows come back that were relayed already, from a backup', async () => {
    await crm.pool.query('create table kept as select * from sydx.outbox with no data');
    const client = await crm.pool.connect();
    await client.query('begin');
    await client.query(
      `select sydx.publish($1, 'lead.captured', '{"name":"one","source":"web_form"}')`,
      [TENANT],
    );
    await client.query('insert into kept select * from sydx.outbox');
    await client.query('commit');
    client.release();
    await settled();
    await crm.pool.query('insert into sydx.outbox overriding system value select * from kept');
    await settled();
    expect(await names()).toEqual(['one']);
  });

  it('when numbers start again, after a failover that lost commits', async () => {
    await publish('one', 'two');
    await drained();
    await sleep(2_500);
    await crm.pool.query('alter sequence sydx.outbox_id_seq restart');
    await publish('three', 'four');
    await settled();
    expect(await names()).toEqual(['one', 'two', 'three', 'four']);
  });
});

it('a database that is away is waited for: told once, shown in the metrics, nothing lost', async () => {
  await publish('before');
  await drained();
  toCrm.cut();
  await publish('meanwhile');
  await eventually('it is noticed', async () => (await upOf(node)) === '0');
  await sleep(3_000);
  const told = node.logged().match(/cannot be relayed now/g) ?? [];
  expect(told.length).toBeLessThanOrEqual(2);
  toCrm.mend();
  await settled();
  expect(await upOf(node)).toBe('1');
  expect(await names()).toEqual(['before', 'meanwhile']);
  expect(node.logged()).toContain('The outbox is relayed again.');
});

it('a database that reads and takes nothing is told once, and is not up in between', async () => {
  await node.database.general.query(
    `create function sydx.full_disk() returns trigger language plpgsql as $$
      begin raise exception 'No space left on device' using errcode = '53100'; end $$;
    create trigger full_disk before insert on sydx.events execute function sydx.full_disk()`,
  );
  await publish('meanwhile');
  await eventually('it is noticed', async () => (await upOf(node)) === '0');
  const until = Date.now() + 3_000;
  while (Date.now() < until) {
    expect(await upOf(node)).toBe('0');
    await sleep(10);
  }
  expect(node.logged().match(/cannot be relayed now/g)).toHaveLength(1);
  await node.database.general.query('drop trigger full_disk on sydx.events');
  await drained();
  expect(await names()).toEqual(['meanwhile']);
  await eventually('it is up', async () => (await upOf(node)) === '1');
});

it('an outbox that is not there yet is found once it is installed', async () => {
  const client = await crm.pool.connect();
  await uninstallOutbox(client, true);
  await eventually('it is missed', () => node.logged().includes('npx sydx outbox install'), 20_000);
  await installOutbox(client);
  client.release();
  await publish('one');
  await drained();
  expect(await names()).toEqual(['one']);
});

it('of two nodes one relays, and the other at once when that one stops', async () => {
  const other = await startRelayingNode(database.url, crm.url);
  await publish('one');
  await drained();
  expect(node.logged()).toContain('This node relays the outbox.');
  expect(other.logged()).not.toContain('This node relays');
  const metrics = (of: TestEngine) => of.metrics.outboxRelayed.get();
  expect((await metrics(other)).values).toEqual([]);
  expect([await upOf(node), await upOf(other)]).toEqual(['1', undefined]);
  await node.stop();
  await publish('two');
  await drained();
  expect(await names(other)).toEqual(['one', 'two']);
  expect((await metrics(other)).values).toMatchObject([{ value: 1 }]);
  node = other;
});

it('a node that cannot relay and loses it to another one shows no figure of it any more', async () => {
  await publish('one');
  await drained();
  toProduct.cut();
  const other = await startRelayingNode(database.url, crm.url);
  await publish('two');
  await drained();
  await eventually('the other one relays', async () => (await upOf(other)) === '1');
  await eventually('this one says that it cannot', async () => (await upOf(node)) === '0');
  toProduct.mend();
  await eventually('this one has given up', async () => (await upOf(node)) === undefined, 20_000);
  expect(await names(other)).toEqual(['one', 'two']);
  await other.stop();
});

it('OUTBOX_DATABASE_URL that leads to our own database changes nothing', async () => {
  const client = await node.database.general.connect();
  await installOutbox(client);
  client.release();
  const other = await startRelayingNode(database.url, database.url);
  await eventually('it is noticed', () => other.logged().includes('leads to our own database'));
  await node.database.general.query(
    `select sydx.publish($1, 'lead.captured', '{"name":"own","source":"web_form"}')`,
    [TENANT],
  );
  await eventually('it is accepted', async () => (await names()).length === 1);
  const marks = await node.database.general.query('select from sydx.outbox_marks');
  expect(marks.rowCount).toBe(0);
  await other.stop();
});
