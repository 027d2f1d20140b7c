import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { verify } from '@sydx/sdk';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { searchDatabase } from '../kit/database.ts';
import { withDatabase } from '../kit/global-setup.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { Machine, type Product } from './product.ts';

const API_KEY = 'tenant-key-of-this-test';
const OPERATOR_KEY = 'operator-key-of-this-test';
const KEYS = { BOOTSTRAP_API_KEY: API_KEY, OPERATOR_API_KEY: OPERATOR_KEY };
const TARGETS = { ALLOW_HTTP_TARGETS: 'true', ALLOW_TARGET_NETWORKS: '127.0.0.0/8' };
const [OLD, NEW] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [
  string,
  string,
];

let receiver: Receiver;
let machine: Machine;
/** By the path that a webhook leads to. */
let secrets: Map<string, string>;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  receiver.requests.length = 0;
  secrets = new Map();
  machine = await Machine.make();
});
afterEach(() => machine.clear());

async function urlOf(product: Product): Promise<string> {
  return (await product.said(/runs at (http:\/\/[\d.]+:\d+)/))[1] ?? '';
}

async function call<T>(url: string, path: string, body: object): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

async function createWebhook(url: string): Promise<string> {
  const path = `/hook-${secrets.size}`;
  const body = { name: path, url: `${receiver.origin}${path}`, events: ['message.received'] };
  const made = await call<{ id: string; secret: string }>(url, '/v1/webhooks', body);
  secrets.set(path, made.secret);
  return made.id;
}

const publish = async (url: string) =>
  (
    await call<{ id: string }>(url, '/v1/events', {
      type: 'message.received',
      data: { contact: '919876543210', type: 'text' },
    })
  ).id;

/** Both signatures of everything that arrived. @throws when one does not verify */
function verifyAll(): void {
  for (const { path, headers, body } of receiver.requests) {
    const secret = secrets.get(path);
    if (secret === undefined) throw new Error(`Nobody leads to ${path}.`);
    verify(body, headers, secret, { requireStandard: true });
  }
}

function sydx(url: string, ...args: string[]): Product {
  return machine.run(args, { SYDX_URL: url, OPERATOR_API_KEY: OPERATOR_KEY });
}

describe('SECRETS_KEY', () => {
  let admin: pg.Client;
  let name: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    const { url } = inject('testDatabase');
    admin = new pg.Client({ connectionString: url });
    await admin.connect();
    name = `sydx_test_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name}`);
    env = { DATABASE_URL: withDatabase(url, name), ...KEYS, ...TARGETS };
  });
  afterEach(async () => {
    await machine.clear();
    const tables = await searchDatabase(withDatabase(inject('testDatabase').url, name));
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    expect(tables, 'tables with a secret in clear').toEqual([]);
    await admin.end();
  });

  test('is rotated on two nodes without downtime: deliveries are signed and verified throughout', async () => {
    const nodes: { product: Product; url: string }[] = [];
    const start = async (keys: Record<string, string>) => {
      const product = machine.run(['start'], { ...env, ...keys });
      return { product, url: await urlOf(product) };
    };
    /** One after the other, as a rolling restart does. */
    const roll = async (keys: Record<string, string>) => {
      for (const at of [0, 1]) {
        const fresh = await start(keys);
        const old = nodes[at];
        nodes[at] = fresh;
        old?.product.child.kill('SIGTERM');
        if (old !== undefined) expect(await old.product.ended()).toBe(0);
      }
    };
    await roll({ SECRETS_KEY: OLD });
    for (let n = 0; n < 3; n += 1) await createWebhook(nodes[0]?.url ?? '');

    const accepted: string[] = [];
    const over = new AbortController();
    const producer = (async () => {
      for (let n = 0; !over.signal.aborted; n += 1) {
        const url = nodes[n % 2]?.url ?? '';
        // A node that is just stopping says so, and the next one takes it.
        const id = await publish(url).catch(() => null);
        if (id !== null) accepted.push(id);
        await sleep(20);
      }
    })();

    await roll({ SECRETS_KEY: OLD, SECRETS_KEY_PREVIOUS: NEW });
    await roll({ SECRETS_KEY: NEW, SECRETS_KEY_PREVIOUS: OLD });
    await createWebhook(nodes[1]?.url ?? '');
    const done = sydx(nodes[0]?.url ?? '', 'secrets', 'reseal');
    expect(await done.ended(), done.err()).toBe(0);
    expect(done.out()).toMatch(/Sealed with key \w{16}: 3 anew, 0 remain\./);
    await roll({ SECRETS_KEY: NEW });
    const tailFrom = accepted.length;
    await expect.poll(() => accepted.length, { timeout: 20_000 }).toBeGreaterThan(tailFrom + 10);
    over.abort();
    await producer;

    const received = () => new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    await expect
      .poll(() => accepted.filter((id) => !received().has(id)).length, { timeout: 30_000 })
      .toBe(0);
    verifyAll();
    // Not one attempt had to wait for a key.
    const client = new pg.Client({
      connectionString: withDatabase(inject('testDatabase').url, name),
    });
    await client.connect();
    const { rows } = await client.query(
      `select count(*)::int as n from sydx.deliveries where attempt_count > 1 or status <> 1`,
    );
    await client.end();
    expect(rows[0].n).toBe(0);
    expect(accepted.length).toBeGreaterThan(50);
  }, 240_000);

  test('npx sydx secrets reseal exits non-zero while some open with nothing', async () => {
    const node = machine.run(['start'], { ...env, SECRETS_KEY: OLD });
    const url = await urlOf(node);
    const id = await createWebhook(url);
    const client = new pg.Client({
      connectionString: withDatabase(inject('testDatabase').url, name),
    });
    await client.connect();
    await client.query(`update sydx.webhooks set secret_key_id = 'of-nobody'`);
    const failed = sydx(url, 'secrets', 'reseal');
    expect(await failed.ended()).toBe(1);
    expect(failed.out()).toMatch(/0 anew, 1 remain\./);
    expect(failed.err()).toContain('1 secrets open with no key of this server');
    await call(url, `/v1/webhooks/${id}/rotate-secret`, {});
    const done = sydx(url, 'secrets', 'reseal');
    expect(await done.ended()).toBe(0);
    const { rows } = await client.query(
      `select actor_kind, changes from sydx.audit_log where action = 'secrets.resealed'`,
    );
    expect(rows).toHaveLength(2);
    expect(rows[0].actor_kind).toBe('operator');
    await client.end();
    const set = sydx(url, 'secrets', 'rotate');
    expect(await set.ended()).toBe(1);
    expect(set.err()).toContain('SECRETS_KEY is set');
  }, 60_000);
});

test('npx sydx secrets rotate does it all for the generated key in DATA_DIR, while the server runs', async () => {
  const env = { ...KEYS, ...TARGETS, DATA_DIR: machine.path('data') };
  const node = machine.run(['start'], env);
  const url = await urlOf(node);
  await createWebhook(url);
  const file = machine.path('data', 'secrets-key');
  const before = await readFile(file, 'utf8');
  const accepted = [await publish(url)];
  const done = sydx(url, 'secrets', 'rotate');
  expect(await done.ended(), done.err()).toBe(0);
  expect(done.out()).toMatch(/1 anew, 0 remain\./);
  const after = await readFile(file, 'utf8');
  expect(after).not.toBe(before);
  accepted.push(await publish(url));
  await createWebhook(url);
  node.child.kill('SIGTERM');
  expect(await node.ended()).toBe(0);

  const again = machine.run(['start'], env);
  accepted.push(await publish(await urlOf(again)));
  const received = () => new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
  await expect
    .poll(() => accepted.filter((id) => !received().has(id)), { timeout: 20_000 })
    .toEqual([]);
  verifyAll();
  again.child.kill('SIGTERM');
  expect(await again.ended()).toBe(0);
}, 120_000);
