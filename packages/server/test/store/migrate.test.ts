import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import { migrate } from '../../src/store/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);

let database: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  database = await createEmptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

test('nodes that start at once on an empty database carry each migration out once', async () => {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).toSorted();
  const nodes = Array.from({ length: 4 }, async () => migrate(pool));
  const done = (await Promise.all(nodes)).flat().toSorted();
  expect(done.map((name) => `${name}.sql`)).toEqual(files);
});

test('a database of a build in between, which has later migrations and lacks an earlier one, gets that one', async () => {
  await migrate(pool);
  await pool.query('alter table sydx.sources drop column last_received_at');
  await pool.query("delete from sydx.kysely_migration where name = '0011_last_received'");
  expect(await migrate(pool)).toEqual(['0011_last_received']);
  await pool.query('select last_received_at from sydx.sources');
});

test('a node waits for the migrations of another as long as they take, and says so', async () => {
  const impatient = new pg.Pool({ connectionString: database.url, query_timeout: 200 });
  const other = await pool.connect();
  await other.query('select pg_advisory_lock(3853314791062309107)');
  const { promise: waits, resolve: onWait } = Promise.withResolvers<void>();
  const done = migrate(impatient, onWait);
  await waits;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await other.query('select pg_advisory_unlock_all()');
  other.release();
  expect((await done).length).toBeGreaterThan(0);
  await impatient.end();
});
