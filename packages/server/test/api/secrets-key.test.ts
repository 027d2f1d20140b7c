import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  loadNextSecretsKey,
  loadOrCreateSecretsKey,
  secretsKeyFile,
} from '../../src/embedded/keys.ts';
import { createKeyring } from '../../src/signing/sealing.ts';
import { whileNobodyReseals } from '../../src/store/reseal.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

const WEBHOOKS = 2_000;
const noBytes = (): never => {
  throw new Error('Nothing is sealed here.');
};

let database: TestDatabase;
let api: TestApi;
let dir: string;
let origin: string;

beforeAll(async () => {
  database = await createDatabase();
  dir = await mkdtemp(join(tmpdir(), 'sydx-key-'));
  api = await startTestApi(database.url, { ownKey: secretsKeyFile(dir) });
  api.keyring.turnTo(await loadOrCreateSecretsKey(dir));
  origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { no } = await api.makeTenantWithKey('acme');
  const ids = Array.from({ length: WEBHOOKS }, (_, at) => String(at + 1));
  const sealed = ids.map((id) => api.keyring.seal(`secret of ${id}`, `webhook:${id}`));
  await api.database.general.query(
    `insert into sydx.webhooks
      (id, tenant_no, name, url, events, secret_key_id, secret_sealed, secret_hint, version)
    select id, $1, 'w', 'https://example.com/' || id, '{message.received}', key_id, sealed, 'hint', id
    from unnest($2::bigint[], $3::text[], $4::bytea[]) as u(id, key_id, sealed)`,
    [no, ids, sealed.map(({ keyId }) => keyId), sealed.map((one) => one.sealed)],
  );
});

afterAll(async () => {
  await api.close();
  await database.drop();
  await rm(dir, { recursive: true });
});

const rotate = async (): Promise<number> => {
  const headers = { authorization: `Bearer ${api.operatorKey}` };
  const answer = await fetch(`${origin}/v1/secrets/rotate`, { method: 'POST', headers });
  await answer.text();
  return answer.status;
};

/** With what a start after this would find on disk, and nothing that this process remembers. */
async function openAll(): Promise<Set<string>> {
  const keys = {
    current: await loadOrCreateSecretsKey(dir),
    previous: await loadNextSecretsKey(dir),
  };
  const keyring = createKeyring(keys, noBytes);
  const { rows } = await api.database.general.query<{ id: string; keyId: string; sealed: Buffer }>(
    'select id, secret_key_id as "keyId", secret_sealed as sealed from sydx.webhooks',
  );
  expect(rows.length).toBeGreaterThanOrEqual(WEBHOOKS);
  for (const { id, ...value } of rows) {
    expect(keyring.open(value, `webhook:${id}`)).toBe(`secret of ${id}`);
  }
  return new Set(rows.map(({ keyId }) => keyId));
}

test('rotations of the key that overlap lose no secret: one at a time, and the others are told', async () => {
  const first = await loadOrCreateSecretsKey(dir);
  for (let round = 0; round < 3; round += 1) {
    const statuses = await Promise.all(Array.from({ length: 12 }, rotate));
    expect(statuses).toContain(200);
    expect(statuses).toContain(409);
    expect(new Set(statuses).size).toBe(2);
    expect((await openAll()).size).toBe(1);
  }
  expect(await loadOrCreateSecretsKey(dir)).not.toBe(first);
  expect(await readdir(dir)).toEqual(['secrets-key']);
});

test('while another node seals anew, a rotation is told so and changes nothing', async () => {
  const before = await loadOrCreateSecretsKey(dir);
  const status = await whileNobodyReseals(api.database.general, rotate);
  expect(status).toBe(409);
  expect(await loadOrCreateSecretsKey(dir)).toBe(before);
  expect(await loadNextSecretsKey(dir)).toBeNull();
});

async function countTheResealed(): Promise<number> {
  const { rows } = await api.database.general.query<{ count: number }>(
    'select count(*)::int as count from sydx.webhooks where secret_key_id = $1',
    [api.keyring.currentKeyId],
  );
  return rows[0]?.count ?? 0;
}

test('a secret that is being written while the key is changed is sealed with the new one', async () => {
  const client = await api.database.general.connect();
  await client.query('begin');
  const id = String(WEBHOOKS + 1);
  const old = api.keyring.seal(`secret of ${id}`, `webhook:${id}`);
  await client.query(
    `insert into sydx.webhooks
      (id, tenant_no, name, url, events, secret_key_id, secret_sealed, secret_hint, version)
    select $1, tenant_no, name, url, events, $2, $3, secret_hint, $1 from sydx.webhooks limit 1`,
    [id, old.keyId, old.sealed],
  );
  const status = rotate();
  // Sealed with the old key and committed once the change is under way.
  await expect.poll(() => api.keyring.currentKeyId, { timeout: 20_000 }).not.toBe(old.keyId);
  await expect.poll(countTheResealed, { timeout: 20_000 }).toBe(WEBHOOKS);
  await client.query('commit');
  client.release();
  expect(await status).toBe(200);
  expect((await openAll()).size).toBe(1);
});
