import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Fleet } from '../cli/fleet.ts';
import { Machine } from '../cli/product.ts';
import { type ConnectProxy, startConnectProxy } from '../kit/connect-proxy.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

const PASSWORD = 'pa:ss wörd-of-the-proxy';
const ENCODED = encodeURIComponent(PASSWORD);

let database: TestDatabase;
let receiver: Receiver;
let proxy: ConnectProxy;
let fleet: Fleet | undefined;

beforeAll(async () => {
  database = await createDatabase();
  receiver = await startReceiver();
  proxy = await startConnectProxy({ credentials: `sydx:${PASSWORD}` });
});
afterEach(async () => {
  await fleet?.clear();
  fleet = undefined;
});
afterAll(async () => {
  await proxy.close();
  await receiver.close();
  await database.drop();
});

interface Delivery {
  status: string;
  error: { code: string; message: string } | null;
}

it('the product delivers through EGRESS_PROXY_URL, and shows its password nowhere', async () => {
  const env = {
    EGRESS_PROXY_URL: `http://sydx:${ENCODED}@127.0.0.1:${proxy.port}`,
    RETRY_SCHEDULE: '0.1',
    LOG_LEVEL: 'trace',
  };
  fleet = await Fleet.make(database.url, env);
  const node = await fleet.add();
  await fleet.makeWebhook(receiver.origin);
  await fleet.makeWebhook('http://8.8.8.8:1/');
  const data = { contact: '919876543210', type: 'text', body: 'Hello' };
  await fleet.call(node, '/v1/events', { type: 'message.received', data });

  const running = fleet;
  const deliveries = async (): Promise<Delivery[]> =>
    ((await running.call(node, '/v1/deliveries')).json['data'] as Delivery[] | undefined) ?? [];
  await eventually('both deliveries end', async () => {
    const found = await deliveries();
    return found.length === 2 && found.every(({ status }) => status !== 'pending');
  });
  expect(receiver.requests).toHaveLength(1);
  expect(proxy.requests.map(({ authority }) => authority)).toContain(`127.0.0.1:${receiver.port}`);
  const codes = (await deliveries()).map(({ error }) => error?.code ?? null);
  expect(new Set(codes)).toEqual(new Set([null, 'proxy_cannot_connect']));

  expect(node.product.err()).toContain('Deliveries go out through the egress proxy.');
  const shown = node.product.out() + node.product.err();
  for (const secret of [PASSWORD, ENCODED, Buffer.from(`sydx:${PASSWORD}`).toString('base64')]) {
    expect(shown).not.toContain(secret);
  }
});

it('a proxy that does not know us is told to the admin in a sentence, and retried', async () => {
  fleet = await Fleet.make(database.url, {
    EGRESS_PROXY_URL: `http://sydx:wrong@127.0.0.1:${proxy.port}`,
    RETRY_SCHEDULE: '0.1',
  });
  const node = await fleet.add();
  const before = proxy.requests.length;
  const data = { contact: '919876543210', type: 'text', body: 'Hello again' };
  await fleet.call(node, '/v1/events', { type: 'message.received', data });
  const running = fleet;
  await eventually('they fail', async () => {
    const { json } = await running.call(node, '/v1/deliveries?status=failed');
    const codes = (json['data'] as Delivery[] | undefined) ?? [];
    return codes.filter(({ error }) => error?.code === 'proxy_credentials_refused').length === 2;
  });
  expect(proxy.requests.length - before).toBeGreaterThanOrEqual(4);
});

it('a bad EGRESS_PROXY_URL is refused at start by a sentence without the password', async () => {
  const machine = await Machine.make();
  const product = machine.run(['start'], {
    EGRESS_PROXY_URL: `socks5://sydx:${ENCODED}@proxy:1080`,
  });
  expect(await product.ended()).toBe(1);
  expect(product.err()).toContain('EGRESS_PROXY_URL is no proxy: write http://');
  expect(product.out() + product.err()).not.toContain(ENCODED);
  await machine.clear();
});
