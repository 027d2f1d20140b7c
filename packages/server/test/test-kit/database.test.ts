import pg from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '../kit/database.ts';

test('every test database is a migrated one of its own', async () => {
  const one = await createDatabase();
  const other = await createDatabase();
  expect(one.url).not.toBe(other.url);
  const client = new pg.Client({ connectionString: one.url });
  await client.connect();
  const { rows } = await client.query("SELECT to_regclass('sydx.events') IS NOT NULL AS migrated");
  expect(rows).toEqual([{ migrated: true }]);
  await client.end();
  await one.drop();
  await other.drop();
});

test('a connection left open fails the drop, and the database goes all the same', async () => {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url, application_name: 'leaky' });
  client.on('error', () => {});
  await client.connect();
  await client.query('SELECT 42');
  await expect(database.drop()).rejects.toThrow(
    /1 connections were left open:\nleaky · idle · SELECT 42/,
  );
  await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow(
    /does not exist/,
  );
});
