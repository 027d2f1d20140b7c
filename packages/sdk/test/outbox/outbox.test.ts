import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type OutboxTransaction,
  PublishError,
  publishInTransaction,
  viaDrizzle,
  viaKysely,
  viaPg,
  viaPrisma,
} from '../../src/index.ts';
import { type CrmDatabase, createCrmDatabase } from './database.ts';
import {
  drizzleOnNodePostgres,
  drizzleOnPostgresJs,
  drizzleSql,
  prismaOn,
} from './drizzle-and-prisma.ts';

interface Tables {
  leads: { name: string };
}

let crm: CrmDatabase;
let kysely: Kysely<Tables>;
beforeAll(async () => {
  crm = await createCrmDatabase();
  kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: crm.pool }) });
});
afterAll(() => crm.close());
beforeEach(() => crm.clear());

const ROLL_BACK = new Error('The lead is not theirs after all.');

/** Does the work in a transaction of the CRM's own, and rolls back when it throws. */
type Transact = (work: (tx: OutboxTransaction) => Promise<void>) => Promise<void>;

function onClient(adapt: (client: pg.ClientBase) => OutboxTransaction): Transact {
  return async (work) => {
    const client = await crm.pool.connect();
    try {
      await client.query('begin');
      await client.query(`insert into leads values ('Priya')`);
      await work(adapt(client));
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  };
}

const throughKysely: Transact = (work) =>
  kysely.transaction().execute(async (trx) => {
    await trx.insertInto('leads').values({ name: 'Priya' }).execute();
    await work(viaKysely(trx, sql));
  });

const assigned = (name: string) => ({
  tenantId: 'acme',
  type: 'lead.assigned' as const,
  // Neither alphabetical nor by length: jsonb and some parsers would sort it.
  data: { lead: { name, id: 1, b: '\u0928 "quoted"', a: [1.5, null] }, agent: { name: 'Rahul' } },
});

describe.each<[string, Transact]>([
  ['pg', onClient(viaPg)],
  ['Kysely', throughKysely],
  ['Drizzle on node-postgres', onClient((c) => viaDrizzle(drizzleOnNodePostgres(c), drizzleSql))],
  ['Drizzle on postgres.js', onClient((c) => viaDrizzle(drizzleOnPostgresJs(c), drizzleSql))],
  ['Prisma', onClient((c) => viaPrisma(prismaOn(c)))],
])('an event published in a transaction of %s', (_driver, transact) => {
  it('is there with what was committed beside it, byte for byte', async () => {
    const event = { ...assigned('Priya'), idempotencyKey: 'lead-1' };
    const timestamp = new Date('2026-03-25T08:22:50.254Z');
    let number = '';
    await transact(async (tx) => {
      ({ number } = await publishInTransaction(tx, { ...event, timestamp }));
      expect(await crm.outbox()).toEqual([]);
    });
    expect(await crm.outbox()).toEqual([
      {
        number,
        tenant: 'acme',
        type: 'lead.assigned',
        data: JSON.stringify(event.data),
        key: 'lead-1',
        happened_at: timestamp,
      },
    ]);
    expect(await crm.leadNames()).toEqual(['Priya']);
  });

  it('takes the present moment and no key when none is given', async () => {
    await transact(async (tx) => void (await publishInTransaction(tx, assigned('Priya'))));
    expect(await crm.outbox()).toMatchObject([{ key: null, happened_at: null }]);
  });

  it('is gone when the transaction is rolled back by the producer: it leaves no event', async () => {
    const work = transact(async (tx) => {
      await publishInTransaction(tx, assigned('Priya'));
      throw ROLL_BACK;
    });
    await expect(work).rejects.toBe(ROLL_BACK);
    expect([await crm.outbox(), await crm.leadNames()]).toEqual([[], []]);
  });

  it('is refused by the function as an error of the driver, and takes the transaction with it', async () => {
    const work = transact(async (tx) => {
      await publishInTransaction(tx, { ...assigned('Priya'), tenantId: 'not a tenant' });
    });
    await expect(work).rejects.toMatchObject({ code: 'SX001' });
    expect(await crm.leadNames()).toEqual([]);
  });

  it('is refused before it is sent when JSON would change it', async () => {
    const event = assigned('Priya');
    const data = { ...event.data, lead: { id: 2 ** 60 } };
    const work = transact(async (tx) => {
      await publishInTransaction(tx, { ...event, data });
    });
    await expect(work).rejects.toBeInstanceOf(PublishError);
    expect(await crm.leadNames()).toEqual([]);
  });
});

describe('what is no transaction', () => {
  it('is told: a pool of pg', () => {
    expect(() => viaPg(crm.pool)).toThrow(/a pool/);
  });

  it('is told: Kysely outside of a transaction', () => {
    expect(() => viaKysely(kysely, sql)).toThrow(/no transaction/);
  });
});

it('the compiler asks whose event it is, and for its data', () => {
  const calls = (tx: OutboxTransaction) => {
    const data = { name: 'Diwali', recipientCount: 1 };
    void publishInTransaction(tx, { tenantId: 'acme', type: 'campaign.sent', data });
    // @ts-expect-error: no tenantId
    void publishInTransaction(tx, { type: 'campaign.sent', data });
    // @ts-expect-error: recipientCount is missing
    void publishInTransaction(tx, { tenantId: 'a', type: 'campaign.sent', data: { name: 'D' } });
  };
  expect(calls).toBeTypeOf('function');
});
