import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { LIMITS } from '@sydx/contract';
import { deliveredBody } from '../../src/exact/index.ts';
import {
  findOutbox,
  grantPublish,
  installOutbox,
  outboxFiles,
  outboxState,
  uninstallOutbox,
} from '../../src/store/outbox-schema.ts';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../kit/database.ts';

const LEAD = '{"name": "Priya",  "source":"web_form","score":1e2}';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  client = await connect(database.url);
  await installOutbox(client);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function connect(url: string): Promise<pg.Client> {
  const made = new pg.Client({ connectionString: url });
  await made.connect();
  return made;
}

async function publish(...args: readonly (string | null)[]): Promise<string> {
  const places = args.map((_, at) => `$${at + 1}`).join(', ');
  const { rows } = await client.query<{ id: string }>(`select sydx.publish(${places}) as id`, [
    ...args,
  ]);
  return rows[0]?.id ?? '';
}

/** What refused it: SQLSTATE, sentence and hint. */
async function refusal(...args: readonly (string | null)[]): Promise<pg.DatabaseError> {
  return await publish(...args).then(
    () => Promise.reject(new Error('It was taken.')),
    (error: unknown) => error as pg.DatabaseError,
  );
}

describe('sydx.publish checks what it can', () => {
  it('takes what fits, and keeps data as it was written', async () => {
    const id = await publish('acme', 'lead.captured', LEAD, 'lead-1', '2026-03-25T08:22:50.254Z');
    const { rows } = await client.query('select * from sydx.outbox where id = $1', [id]);
    expect(rows[0]).toMatchObject({ tenant: 'acme', type: 'lead.captured', key: 'lead-1' });
    const text = await client.query('select data::text as data from sydx.outbox where id = $1', [
      id,
    ]);
    expect(text.rows[0]).toEqual({ data: LEAD });
  });

  it.each([
    ['SX001', 'a tenant that is no id', ['a b', 'lead.captured', LEAD]],
    ['SX001', 'no tenant', [null, 'lead.captured', LEAD]],
    ['SX001', 'a tenant with a line behind it', ['acme\n', 'lead.captured', LEAD]],
    ['SX002', 'a type that is none', ['acme', 'Lead captured', LEAD]],
    ['SX002', 'no type', ['acme', null, LEAD]],
    ['SX002', 'a type of 101 characters', ['acme', 'a'.repeat(101), LEAD]],
    ['SX003', 'data that is a list', ['acme', 'lead.captured', '[1]']],
    ['SX003', 'data that is null', ['acme', 'lead.captured', 'null']],
    ['SX003', 'no data', ['acme', 'lead.captured', null]],
    [
      'SX004',
      'data that is too large',
      ['acme', 'lead.captured', dataOf(LIMITS.deliveredBodyBytes)],
    ],
    [
      'SX004',
      'more than 256 KiB as it was given, however small it would be delivered',
      ['acme', 'lead.captured', `{}${' '.repeat(256 * 1024 - 1)}`],
    ],
    ['SX004', 'data of megabytes', ['acme', 'lead.captured', dataOf(3_000_000)]],
    ['SX005', 'an empty key', ['acme', 'lead.captured', LEAD, '']],
    ['SX005', 'a key of 256 characters', ['acme', 'lead.captured', LEAD, 'k'.repeat(256)]],
    ['SX006', 'a time without end', ['acme', 'lead.captured', LEAD, null, 'infinity']],
    ['22P02', 'data that is not JSON', ['acme', 'lead.captured', '{']],
  ])('%s refuses %s', async (state, _what, args) => {
    const error = await refusal(...args);
    expect(error.code).toBe(state);
    if (state.startsWith('SX')) {
      expect(error.message).toMatch(/^sydx\.publish: /);
      expect(error.hint).toMatch(/^Give|^Make/);
    }
  });

  it('takes to the byte what makes a delivered body of 96 KiB', async () => {
    const event = { type: 'lead.captured', tenantId: 'acme', timestamp: new Date().toISOString() };
    const empty = deliveredBody({ ...event, data: { note: '' } });
    if (!empty.ok) throw new Error(empty.code);
    const room = LIMITS.deliveredBodyBytes - empty.bytes;
    await publish('acme', event.type, JSON.stringify({ note: 'x'.repeat(room) }));
    const error = await refusal('acme', event.type, JSON.stringify({ note: 'x'.repeat(room + 1) }));
    expect(error.code).toBe('SX004');
  });

  it('measures what is delivered, not white space and escapes that will be gone', async () => {
    const escaped = `{"note":"${'\\u0939'.repeat(20_000)}"}`;
    await publish('acme', 'lead.captured', escaped);
    const airy = JSON.stringify(
      Array.from({ length: 9_000 }, (_, n) => n),
      null,
      8,
    );
    expect(airy.length).toBeGreaterThan(LIMITS.deliveredBodyBytes);
    await publish('acme', 'lead.captured', `{"list":${airy}}`);
    await publish('acme', 'lead.captured', `{}${' '.repeat(256 * 1024 - 2)}`);
  });
});

function dataOf(bytes: number): string {
  return JSON.stringify({ note: 'x'.repeat(bytes) });
}

describe('who may publish', () => {
  const role = `crm_${process.pid}`;
  let crm: pg.Client;

  beforeAll(async () => {
    await client.query(`create role ${role} login password 'crm'`);
    await grantPublish(client, role);
    crm = await connect(database.url.replace(/\/\/[^@]*@/, `//${role}:crm@`));
  });
  afterAll(async () => {
    await crm.end();
    await client.query(
      `drop owned by ${role} cascade; drop schema if exists evil cascade; drop role ${role}`,
    );
  });

  it('is who was granted it, and the table is not theirs to read or write', async () => {
    await crm.query('select sydx.publish($1, $2, $3)', ['acme', 'lead.captured', LEAD]);
    for (const sql of [
      'select 1 from sydx.outbox',
      'delete from sydx.outbox',
      "insert into sydx.outbox (tenant, type, data, bytes) values ('a', 'b', '{}', 1)",
      'update sydx.outbox_installation set version = 9',
    ]) {
      await expect(crm.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('is nobody else', async () => {
    await client.query(`revoke execute on all functions in schema sydx from ${role}`);
    const call = crm.query('select sydx.publish($1, $2, $3)', ['acme', 'lead.captured', LEAD]);
    await expect(call).rejects.toMatchObject({ code: '42501' });
  });

  it('gets our tables and functions, whatever the search path of the caller holds', async () => {
    await client.query(`grant execute on all functions in schema sydx to ${role}`);
    await crm.query('create temp table outbox (id int)');
    await client.query(`create schema evil; grant usage, create on schema evil to ${role}`);
    await crm.query(`
      create function evil.octet_length(text) returns int language sql as 'select -1';
      create function evil.length(text) returns int language sql as 'select 1';
      create function evil.json_typeof(json) returns text language sql as 'select ''object''::pg_catalog.text';
      create function evil.same(pg_catalog.text, pg_catalog.text) returns boolean language sql as 'select true';
      create operator evil.~ (leftarg = pg_catalog.text, rightarg = pg_catalog.text, function = evil.same);
      create operator evil.= (leftarg = pg_catalog.text, rightarg = pg_catalog.text, function = evil.same);
      create domain evil.text as pg_catalog.int4;
      create table evil.outbox (id int)`);
    await crm.query('set search_path = evil, pg_temp, sydx, pg_catalog');
    for (const [code, ...given] of [
      ['SX004', 'acme', 'lead.captured', dataOf(200_000)],
      ['SX001', 'a b', 'lead.captured', LEAD],
      ['SX002', 'acme', 'a'.repeat(101), LEAD],
      ['SX003', 'acme', 'lead.captured', '[]'],
    ]) {
      const call = crm.query('select sydx.publish($1, $2, $3)', given);
      await expect(call).rejects.toMatchObject({ code });
    }
    await crm.query('select sydx.publish($1, $2, $3)', ['acme', 'lead.captured', LEAD]);
  });
});

describe('an outbox', () => {
  let other: TestDatabase;
  let own: pg.Client;

  beforeAll(async () => {
    other = await createEmptyDatabase();
    own = await connect(other.url);
  });
  afterAll(async () => {
    await own.end();
    await other.drop();
  });

  test('is installed once, whether by the command or among the migrations of the CRM', async () => {
    const files = await outboxFiles();
    expect(await findOutbox(own)).toBeNull();
    for (const { sql } of files) await own.query(sql);
    expect(await installOutbox(own)).toEqual([]);
    expect((await findOutbox(own))?.version).toBe(files.at(-1)?.version);
  });

  test('tells what waits in it', async () => {
    expect(await outboxState(own)).toMatchObject({ waiting: '0', oldestSeconds: null });
    await own.query("select sydx.publish('acme', 'lead.captured', '{}')");
    expect((await outboxState(own))?.waiting).toBe('1');
  });

  test('is not removed while something waits, unless by force, and leaves no schema', async () => {
    expect(await uninstallOutbox(own, false)).toBe(1);
    expect((await outboxState(own))?.waiting).toBe('1');
    expect(await uninstallOutbox(own, true)).toBe(1);
    expect(await uninstallOutbox(own, true)).toBeNull();
    const left = await own.query("select from pg_namespace where nspname = 'sydx'");
    expect(left.rowCount).toBe(0);
    expect(await installOutbox(own)).toHaveLength(1);
  });

  test("shares a database with the product, and takes none of the product's tables along", async () => {
    const shared = await createDatabase();
    const both = await connect(shared.url);
    const tables = async () =>
      (await both.query("select count(*)::int as n from pg_tables where schemaname = 'sydx'")).rows;
    const before = await tables();
    await installOutbox(both);
    await uninstallOutbox(both, false);
    expect(await tables()).toEqual(before);
    await both.end();
    await shared.drop();
  });
});
