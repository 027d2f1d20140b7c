import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastOutboxNumber, readOutbox } from '../../src/store/outbox-rows.ts';
import { findOutbox, installOutbox, uninstallOutbox } from '../../src/store/outbox-schema.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';
import { blocksOf, codeRows, codesIn, DOCUMENTS, readDocument } from './blocks.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await installOutbox(client);
});
afterAll(async () => {
  await uninstallOutbox(client, true);
  await client.query('drop role if exists crm, relay');
  await client.end();
  await database.drop();
});

const blocks = DOCUMENTS.flatMap(blocksOf).filter(
  ({ language, mark }) => language === 'sql' && mark === 'run',
);

describe('SQL that the documents show works', () => {
  test.each(blocks.map((block) => [`${block.file} line ${block.line}`, block] as const))(
    '%s',
    async (_where, { code }) => {
      await client.query(code);
    },
  );

  test('and published what it says', async () => {
    const { rows } = await client.query('select tenant, type, key from sydx.outbox order by id');
    expect(rows).toEqual([
      { tenant: 'acme', type: 'lead.captured', key: 'lead-4711' },
      { tenant: 'acme', type: 'campaign.sent', key: 'campaign-17-sent' },
    ]);
  });
});

test('the rights that docs/operators/outbox.md gives are what relaying needs', async () => {
  await client.query('set role relay');
  const pool = client as unknown as pg.Pool;
  expect(await findOutbox(pool)).not.toBeNull();
  expect(Number(await lastOutboxNumber(pool))).toBeGreaterThan(0);
  const range = { floor: '0', limit: 10, limitBytes: 1_000_000 };
  const waiting = await readOutbox(pool, { relayed: [], ...range }, true);
  expect(waiting).toHaveLength(2);
  expect(await readOutbox(pool, { relayed: waiting, ...range }, false)).toEqual([]);
  await client.query('reset role');
});

test('docs/engineers/publish.md has every SQLSTATE of sydx.publish', async () => {
  const { rows } = await client.query<{ source: string }>(
    "select prosrc as source from pg_proc where proname = 'outbox_check'",
  );
  const raised = [...(rows[0]?.source ?? '').matchAll(/errcode = '(\w+)'/g)].map(
    ([, code]) => code,
  );
  const told = codeRows(readDocument('docs/engineers/publish.md'))
    .flatMap(([first = '']) => codesIn(first))
    .filter((code) => /^SX\d/.test(code));
  expect(new Set(told)).toEqual(new Set(raised));
  expect(told).toHaveLength(raised.length);
});
