import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprint } from '../../src/base/fingerprint.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { findKeys, forgetExpired } from '../../src/store/idempotency.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function insertKey(key: string, content: string | null, hours: number): Promise<void> {
  await database.general.query(
    `insert into sydx.idempotency_keys (key, event_id, content, expires_at)
     values ($1, 7, $2, clock_timestamp() + make_interval(hours => $3))`,
    [key, content, hours],
  );
}

test('a key in use is found with what was given, an expired one is free again', async () => {
  const [used, expired, mark, unknown] = ['used', 'expired', 'mark', 'unknown'].map((name) =>
    fingerprint('1', name),
  ) as [string, string, string, string];
  const content = fingerprint('content');
  await insertKey(used, content, 1);
  await insertKey(expired, content, -1);
  await insertKey(mark, null, 1);

  const found = await findKeys(database.general, [used, expired, mark, unknown]);

  expect([...found]).toEqual([[used, { eventId: '7', content }]]);
  await insertKey(expired, content, 1);
});

test('expired keys are forgotten a bounded number at a time', async () => {
  for (let n = 0; n < 5; n += 1) await insertKey(fingerprint('old', String(n)), null, -n - 1);

  expect(await forgetExpired(database.general, 3)).toBe(3);
  expect(await forgetExpired(database.general, 3)).toBe(2);
  expect(await forgetExpired(database.general, 3)).toBe(0);
});

test('parts of a fingerprint do not run into each other', () => {
  expect(fingerprint('a', 'bc')).not.toBe(fingerprint('ab', 'c'));
  expect(fingerprint('1', '2')).toMatch(/^[0-9a-f]{32}$/);
});
