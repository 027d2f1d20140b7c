import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../kit/connect-proxy.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { freePort } from '../kit/free-port.ts';
import { InboxReader } from '../kit/inbox-reader.ts';
import { noPgBouncer, startPgBouncer } from '../kit/pgbouncer.ts';
import { Fleet, type FleetNode } from './fleet.ts';

const PATIENCE_MS = 120_000;
const KEY = 'tenant-key-of-this-test';

let database: TestDatabase;
let proxy: ConnectProxy;
let fleet: Fleet | undefined;
let reader: InboxReader | undefined;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await startConnectProxy();
});
afterEach(async () => {
  await reader?.stop();
  await fleet?.clear();
  fleet = undefined;
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

/** As in production: HTTPS before it, no network opened, all deliveries through a proxy. */
const env = () => ({
  PUBLIC_URL: 'https://hooks.example.com',
  ALLOW_HTTP_TARGETS: 'false',
  ALLOW_TARGET_NETWORKS: '192.0.2.0/24',
  EGRESS_PROXY_URL: `http://127.0.0.1:${proxy.port}`,
  RETRY_SCHEDULE: Array.from({ length: 20 }, () => '0.5').join(','),
});

async function makeInbox(running: Fleet, node: FleetNode, kind: string) {
  const made = await running.call(node, '/v1/inboxes', {
    kind,
    webhook: { events: ['message.received'] },
  });
  expect(made.status, JSON.stringify(made.json)).toBe(201);
  return made.json as { id: string; url: string; webhookId: string };
}

async function publish(running: Fleet, node: () => FleetNode, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const data = { contact: '919876543210', type: 'text', body: `${ids.length}` };
    try {
      const answer = await running.call(node(), '/v1/events', { type: 'message.received', data });
      if (answer.status === 202) ids.push(String(answer.json['id']));
    } catch {
      // The node was killed just now; what it accepted without a word may come as well.
    }
  }
  return ids;
}

function idsOf({ requests }: InboxReader): Set<string> {
  return new Set(
    requests.map(({ headers }) => headers.find(({ name }) => name === 'webhook-id')?.value ?? ''),
  );
}

async function survive(url: string): Promise<void> {
  const running = await Fleet.make(url, env());
  fleet = running;
  const PORT = String(await freePort());
  let api = await running.add('api', { PORT });
  const [first] = await Promise.all([running.add('worker'), running.add('worker')]);
  const inbox = await makeInbox(running, api, 'listen');
  reader = new InboxReader(() => api.url, KEY, inbox.id);

  const accepted = await publish(running, () => api, 40);
  await eventually('the first arrive', () => reader!.requests.length >= 20, PATIENCE_MS);
  first.product.child.kill('SIGKILL');
  await running.ended(first);
  accepted.push(...(await publish(running, () => api, 40)));

  // The reader's node: killed, and back at the same address.
  api.product.child.kill('SIGKILL');
  await running.ended(api);
  api = await running.add('api', { PORT });
  accepted.push(...(await publish(running, () => api, 40)));

  const tested = await running.call(api, `/v1/webhooks/${inbox.webhookId}/test`, {});
  expect(tested.json).toMatchObject({ status: 'success', statusCode: 200 });
  await eventually(
    'every event arrives',
    () => accepted.every((id) => idsOf(reader!).has(id)),
    PATIENCE_MS,
  );
  expect(reader.numbers).toEqual(reader.numbers.map((_, n) => n + 1));
  expect(reader.opened).toBeGreaterThan(1);
  for (const { signatures, headers } of reader.requests) {
    expect([signatures.sydx.verdict, signatures.standard.verdict]).toEqual(['valid', 'valid']);
    expect(headers.find(({ name }) => name === 'host')?.value).toBe('hooks.example.com');
  }
  expect(proxy.requests).toEqual([]);
  const token = inbox.url.slice(-43);
  for (const { product } of running.nodes) {
    expect(product.out().includes(token) || product.err().includes(token)).toBe(false);
  }
}

describe('deliveries to an inbox of our own', () => {
  test('survive kill -9 of a worker and of the node that is read from: nothing is lost, no number is missing', async () => {
    await survive(database.url);
  }, 240_000);

  test.skipIf(noPgBouncer !== '')(
    `do so through PgBouncer in transaction mode${noPgBouncer}`,
    async () => {
      const bouncer = await startPgBouncer(database.url, 12);
      try {
        await survive(bouncer.url);
        await reader?.stop();
        await fleet?.clear();
        fleet = undefined;
      } finally {
        await bouncer.close();
      }
    },
    240_000,
  );
});
