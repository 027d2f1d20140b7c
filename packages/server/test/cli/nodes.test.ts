import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { searchDatabase } from '../kit/database.ts';
import { withDatabase } from '../kit/global-setup.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { Machine, type Product } from './product.ts';

const KEYS = {
  BOOTSTRAP_API_KEY: 'tenant-key-of-this-test',
  OPERATOR_API_KEY: 'operator-key-of-this-test',
};
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('nodes on one DATABASE_URL', () => {
  let receiver: Receiver;
  let machine: Machine;
  let admin: pg.Client;
  let name: string;
  let env: Record<string, string>;
  let hangs = false;

  beforeAll(async () => {
    receiver = await startReceiver((_request, response) => {
      if (!hangs) response.end('clear \u001B[2J and ring \u0007');
    });
  });
  afterAll(() => receiver.close());

  beforeEach(async () => {
    hangs = false;
    receiver.requests.length = 0;
    machine = await Machine.make();
    const { url } = inject('testDatabase');
    admin = new pg.Client({ connectionString: url });
    await admin.connect();
    // Empty: nodes bring it up themselves.
    name = `sydx_test_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name}`);
    env = {
      DATABASE_URL: withDatabase(url, name),
      SECRETS_KEY: key(1),
      ALLOW_HTTP_TARGETS: 'true',
      ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
    };
  });
  afterEach(async () => {
    await machine.clear();
    const tables = await searchDatabase(withDatabase(inject('testDatabase').url, name));
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    expect(tables, 'tables with a secret in clear').toEqual([]);
    await admin.end();
  });

  async function urlOf(product: Product): Promise<string> {
    const [, url = ''] = await product.said(/(?:runs at|Health:) (http:\/\/[\d.]+:\d+)/);
    return url;
  }

  async function call(
    url: string,
    path: string,
    options: { key?: string; body?: object } = {},
  ): Promise<{ status: number; json: { id: string; status?: string } }> {
    const response = await fetch(`${url}${path}`, {
      headers: {
        authorization: `Bearer ${options.key ?? KEYS.BOOTSTRAP_API_KEY}`,
        'content-type': 'application/json',
      },
      ...(options.body && { method: 'POST', body: JSON.stringify(options.body) }),
    });
    return { status: response.status, json: (await response.json()) as { id: string } };
  }

  const webhook = () => ({
    name: 'Receiver',
    url: `${receiver.origin}/hook`,
    events: ['message.received'],
  });
  const event = {
    type: 'message.received',
    data: { contact: '919876543210', type: 'text', body: 'Hello' },
  };

  test('two that start at once on an empty database: both run, one makes the keys', async () => {
    const dirs = ['a', 'b'].map((each) => machine.path(each));
    const nodes = dirs.map((DATA_DIR) => machine.run(['start'], { ...env, DATA_DIR }));
    for (const node of nodes) {
      expect((await fetch(`${await urlOf(node)}/readyz`)).status).toBe(200);
    }
    expect(dirs.filter((dir) => existsSync(`${dir}/first-run.env`))).toHaveLength(1);
    for (const node of nodes) {
      node.child.kill('SIGTERM');
      expect(await node.ended()).toBe(0);
    }
  });

  test('ROLE=api accepts, ROLE=worker delivers and serves nothing but its health', async () => {
    const api = machine.run(['start'], { ...env, ...KEYS, ROLE: 'api' });
    const worker = machine.run(['start'], { ...env, ROLE: 'worker' });
    const [apiUrl, workerUrl] = [await urlOf(api), await urlOf(worker)];
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(`${workerUrl}${path}`)).status).toBe(200);
    }
    expect((await fetch(`${workerUrl}/v1/webhooks`)).status).toBe(404);
    expect((await fetch(`${workerUrl}/docs`)).status).toBe(404);

    expect((await call(apiUrl, '/v1/webhooks', { body: webhook() })).status).toBe(201);
    const published = await call(apiUrl, '/v1/events', { body: event });
    expect(published.status).toBe(202);
    await expect.poll(() => receiver.requests.length).toBe(1);
    expect(receiver.requests[0]?.headers['webhook-id']).toBe(published.json.id);
  });

  test('OPERATOR_API_KEY replaces what it was before, on every node', async () => {
    const first = machine.run(['start'], { ...env, ...KEYS });
    const url = await urlOf(first);
    const old = { key: KEYS.OPERATOR_API_KEY };
    expect((await call(url, '/v1/tenants', old)).status).toBe(200);
    const next = { key: 'another-operator-key' };
    const second = machine.run(['start'], { ...env, OPERATOR_API_KEY: next.key });
    expect((await call(await urlOf(second), '/v1/tenants', next)).status).toBe(200);
    await expect.poll(async () => (await call(url, '/v1/tenants', old)).status).toBe(401);
    expect((await call(url, '/v1/webhooks')).status).toBe(200);
  });

  test('SECRETS_KEY can be changed, and the old one is not needed for long', async () => {
    const before = machine.run(['start'], { ...env, ...KEYS });
    const made = await call(await urlOf(before), '/v1/webhooks', { body: webhook() });
    before.child.kill('SIGTERM');
    await before.ended();

    const wrong = machine.run(['start'], { ...env, SECRETS_KEY: key(2) });
    expect(await wrong.ended()).toBe(1);
    expect(wrong.err()).toContain('SECRETS_KEY_PREVIOUS');

    const both = { SECRETS_KEY: key(2), SECRETS_KEY_PREVIOUS: key(1) };
    const change = machine.run(['start'], { ...env, ...both });
    await urlOf(change);
    expect(change.err()).toContain('Secrets are sealed with the new SECRETS_KEY');
    change.child.kill('SIGTERM');
    await change.ended();

    const after = machine.run(['start'], { ...env, ...KEYS, SECRETS_KEY: key(2) });
    const path = `/v1/webhooks/${made.json.id}/test`;
    const tested = await call(await urlOf(after), path, { body: {} });
    expect(tested.json).toMatchObject({ status: 'success' });
  });

  test('a webhook is made in the name of an integration, and says so', async () => {
    const node = machine.run(['start'], { ...env, ...KEYS });
    const SYDX_URL = await urlOf(node);
    const cli = { SYDX_URL, SYDX_API_KEY: KEYS.BOOTSTRAP_API_KEY };
    const args = ['webhook', 'create', webhook().url, '--integration'];
    const made = machine.run([...args, 'make'], cli);
    expect(await made.ended()).toBe(0);
    expect(made.out()).toMatch(/^Made by +make$/m);
    const refused = machine.run([...args, 'ifttt'], cli);
    expect(await refused.ended()).toBe(1);
    expect(refused.err()).toContain('integration');
  });

  test('text from receivers and customers is printed to a terminal with control characters stripped', async () => {
    const node = machine.run(['start'], { ...env, ...KEYS });
    const SYDX_URL = await urlOf(node);
    const cli = { SYDX_URL, SYDX_API_KEY: KEYS.BOOTSTRAP_API_KEY };
    const created = machine.run(['webhook', 'create', webhook().url, '--json'], cli);
    await created.ended();
    const { id } = JSON.parse(created.out()) as { id: string };
    const shown = machine.run(['webhook', 'test', id], cli);
    expect(await shown.ended()).toBe(0);
    expect(shown.out()).toContain('clear \u{FFFD}[2J and ring \u{FFFD}');
    expect(shown.out().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);

    const hostile = 'two \u001B[2J lines\r\u009B31m and \u202Eback';
    const said = { ...event, data: { ...event.data, body: hostile } };
    await call(SYDX_URL, '/v1/events', { body: said });
    await expect.poll(() => receiver.requests.length).toBe(2);
    const newest = machine.run(['deliveries', 'list', '--limit', '1', '--json'], cli);
    await newest.ended();
    const [{ id: delivery }] = (JSON.parse(newest.out()) as { data: [{ id: string }] }).data;
    const commands = [
      ['deliveries', 'show', delivery],
      ['deliveries', 'show', delivery, '--json'],
      ['deliveries', 'list'],
      ['audit'],
    ];
    for (const printed of commands.map((args) => machine.run(args, cli))) {
      expect(await printed.ended()).toBe(0);
      expect(printed.out().length).toBeGreaterThan(20);
      expect(printed.out().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }

    const publish = machine.run(['publish', 'message.received', '--key', 'once'], cli);
    expect(await publish.ended()).toBe(0);
    await expect.poll(() => receiver.requests.length).toBe(3);
    const list = machine.run(['deliveries', 'list', '--event', 'message.received'], cli);
    await list.ended();
    expect(list.out()).toMatch(/dlv_\w{13}  message\.received  \S+ +success/);
  }, 120_000);

  test('a statement that hangs in PostgreSQL keeps no node from ending in order', async () => {
    const node = machine.run(['start'], { ...env, ...KEYS });
    await urlOf(node);
    const other = new pg.Client({ connectionString: env['DATABASE_URL'] });
    await other.connect();
    // Each node looks for replays every second, and would wait for 30.
    await other.query('begin');
    await other.query('lock table sydx.replays in access exclusive mode');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    node.child.kill('SIGTERM');
    const code = await node.ended();
    await other.end();
    expect(code).toBe(0);
  });

  test('a port that is taken is told in a sentence', async () => {
    const taken = machine.run(['start'], { ...env, ...KEYS, PORT: String(receiver.port) });
    expect(await taken.ended()).toBe(1);
    expect(taken.err()).toContain(`Port ${receiver.port} of 127.0.0.1 is taken`);
  });

  test('a second signal ends a stop that waits for a receiver', async () => {
    hangs = true;
    const node = machine.run(['start'], { ...env, ...KEYS });
    const url = await urlOf(node);
    await call(url, '/v1/webhooks', { body: webhook() });
    await call(url, '/v1/events', { body: event });
    await expect.poll(() => receiver.requests.length).toBe(1);
    node.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const from = performance.now();
    node.child.kill('SIGTERM');
    expect(await node.ended()).toBe(1);
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
