import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { RegisterRoutes } from '../../src/api/context.ts';
import { generateApiKey } from '../../src/auth/api-key.ts';
import { generateSecret } from '../../src/signing/secrets.ts';
import { Machine } from '../cli/product.ts';
import { startTestApi } from '../kit/api.ts';
import { createDatabase } from '../kit/database.ts';
import { secretInAnswer, secretsInText, watchFor } from '../kit/secrets-in-clear.ts';

/** Plants what must be found, and looks whether it is: the watch over all other tests bites. */
async function plant(statement: string, values: unknown[], watched?: string): Promise<void> {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`insert into sydx.tenants (id, name) values ('acme', 'Acme')`);
  await client.query(statement, values);
  await client.end();
  if (watched !== undefined) watchFor(database.url, watched);
  await database.drop();
}

const SECRET = generateSecret(randomBytes);

test.each([
  ['of a webhook', SECRET],
  ['an API key', generateApiKey(randomBytes)],
  ['a portal’s token', `sydxp_${Buffer.from(randomBytes(32)).toString('base64url')}`],
])('a secret in a dump of a database fails the run: %s', async (_name, secret) => {
  await expect(plant('update sydx.tenants set name = $1', [`is ${secret}`])).rejects.toThrow(
    'A secret stands in clear in sydx.tenants.',
  );
});

test('a secret among bytes and in JSON is found, too', async () => {
  await expect(
    plant('insert into sydx.rate_limits values ($1, now())', [Buffer.from(SECRET)]),
  ).rejects.toThrow('sydx.rate_limits');
  await expect(
    plant(
      `insert into sydx.audit_log (action, actor_kind, object_kind, changes)
       values ('source.changed', 'system', 'source', $1)`,
      [JSON.stringify([{ field: 'appSecret', before: null, after: 'a secret of the sender' }])],
      'a secret of the sender',
    ),
  ).rejects.toThrow('sydx.audit_log');
});

test('a database without one is dropped in peace', async () => {
  await expect(
    plant(`update sydx.tenants set name = 'whsec_ is how they begin'`, []),
  ).resolves.toBe(undefined);
});

test('a secret in the log of a node fails the run', async () => {
  expect(secretsInText(`{"msg":"made ${SECRET}"}`)).toHaveLength(1);
  expect(
    secretsInText('{"msg":"signed in with hunter2-hunter2"}', ['hunter2-hunter2']),
  ).toHaveLength(1);
  const machine = await Machine.make();
  const noisy = machine.spawn('sh', ['-c', `echo "key is $OPERATOR_API_KEY" >&2`], {
    OPERATOR_API_KEY: 'operator-key-of-this-test',
  });
  await noisy.ended();
  await expect(machine.clear()).rejects.toThrow('A log holds a secret of this test.');
});

test('a secret in the files of a private PostgreSQL fails the run', async () => {
  const machine = await Machine.make();
  const cluster = machine.path('data', 'postgres', 'data', 'base');
  await mkdir(cluster, { recursive: true });
  await writeFile(`${cluster}/16384`, Buffer.from(`\0\u0001${SECRET}\0`));
  await expect(machine.clear()).rejects.toThrow(/in clear in the files\n.*16384/);
});

test('a secret in an answer that is not the one that shows it fails the test', async () => {
  expect(secretInAnswer('POST /v1/webhooks', JSON.stringify({ secret: SECRET }))).toBeNull();
  expect(
    secretInAnswer('POST /v1/webhooks', JSON.stringify({ id: SECRET, secret: 'x' })),
  ).toContain('second secret');
  const database = await createDatabase();
  const leaky: RegisterRoutes = (app) => {
    app.get('/leaky', { schema: { hide: true } }, () => ({ secret: SECRET }));
  };
  const api = await startTestApi(database.url, { more: [leaky] });
  await expect(api.call('GET', '/leaky')).rejects.toThrow('GET /leaky answers with a secret.');
  await api.close();
  await database.drop();
});
