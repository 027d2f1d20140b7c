import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRunningEmbedded } from '../../src/embedded/find-running.ts';
import { eventually } from '../kit/engine.ts';
import { Machine, type Product } from './product.ts';

const SQL = fileURLToPath(new URL('../../outbox/0001_outbox.sql', import.meta.url));
const LEAD = '{"name": "Priya", "source": "web_form"}';

let machine: Machine;
let server: Product;
let env: Record<string, string>;
let client: pg.Client;

beforeAll(async () => {
  machine = await Machine.make();
  const settings = { DATA_DIR: machine.path('data'), BOOTSTRAP_TENANT: 'acme' };
  server = machine.run(['start'], settings);
  const [, url = ''] = await server.said(/runs at (\S+)/);
  env = { ...settings, SYDX_URL: url };
  const connectionString = findRunningEmbedded(machine.path('data')) ?? '';
  client = new pg.Client({ connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  server.child.kill('SIGTERM');
  await server.ended();
  await machine.clear();
});

async function sydx(...args: string[]): Promise<{ code: number | string; text: string }> {
  const command = machine.run(['outbox', ...args], env);
  const code = await command.ended();
  return { code, text: `${command.out()}${command.err()}` };
}

async function publish(tenant: string, data = LEAD): Promise<void> {
  await client.query("select sydx.publish($1, 'lead.captured', $2)", [tenant, data]);
}

it('installs sydx.publish in the private database once, while the product runs', async () => {
  expect((await sydx('status')).text).toMatch(/^There is no outbox/);
  expect(await sydx('install')).toEqual({ code: 0, text: 'Carried out: 0001_outbox.sql.\n' });
  expect(await sydx('install')).toEqual({ code: 0, text: 'The outbox is up to date.\n' });
  expect((await sydx('status')).text).toMatch(/Version +1\nWaiting/);
});

it('prints the file for the migrations of the CRM', async () => {
  expect((await sydx('install', '--print')).text).toBe(readFileSync(SQL, 'utf8'));
});

it('says what PostgreSQL refuses', async () => {
  const refused = await sydx('install', '--grant', 'nobody-of-this-name');
  expect(refused.code).toBe(1);
  expect(refused.text).toContain('role "nobody-of-this-name" does not exist');
  const away = await sydx('status', '--database-url', 'postgresql://x@127.0.0.1:1/x');
  expect(away.text).toMatch(/^PostgreSQL does not let us in/);
});

it('what a CRM publishes is accepted soon after the outbox was installed', async () => {
  await publish('acme');
  await eventually(
    'the event is accepted',
    async () => (await client.query('select from sydx.events')).rowCount === 1,
    20_000,
  );
});

it('what is rejected is listed, retried and discarded', async () => {
  await publish('later');
  await publish('acme', '{"source": "radio"}');
  await eventually('both are rejected', async () => {
    return (await client.query('select from sydx.outbox_rejected')).rowCount === 2;
  });
  expect((await sydx('retry')).code).toBe(2);
  const own = await sydx('rejected');
  expect(own.text).toMatch(/rej_\w+ +acme +lead.captured +invalid_data/);
  expect(own.text).not.toContain('later');
  expect((await sydx('rejected', '--all-tenants')).text).toMatch(/later +lead.captured +not_found/);

  const id = /rej_\w+/.exec(own.text)?.[0] ?? '';
  const shown = await sydx('rejected', id);
  expect(shown.text).toContain('/data/source: must be one of');
  const created = machine.run(['tenant', 'create', '--id', 'later'], env);
  expect(await created.ended()).toBe(0);
  const retried = await sydx('retry', '--all', '--all-tenants');
  expect(retried.text).toMatch(/rej_\w+ is evt_\w+ now\./);
  expect(retried.text).toContain('1 are still refused.');
  expect(retried.code).toBe(1);
  expect(await sydx('discard', id)).toEqual({ code: 0, text: 'Discarded.\n' });
  expect((await sydx('rejected', '--all-tenants')).text).toBe('None.\n');
});

it('removes it, and nothing of the product', async () => {
  expect(await sydx('uninstall')).toEqual({ code: 0, text: 'Removed.\n' });
  expect((await sydx('uninstall')).code).toBe(1);
  expect((await client.query('select from sydx.events')).rowCount).toBe(2);
});
