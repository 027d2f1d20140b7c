import type { Webhook } from '../../../packages/contract/src/index.ts';
import type { Bundle } from 'zapier-platform-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useProduct } from '../../../packages/dashboard/test/e2e/kit/product.ts';
import { type Receiver, startReceiver } from '../../../packages/server/test/kit/receivers.ts';
import { EVENT_TYPES } from '../src/event-type.ts';
import { listEventTypes } from '../src/triggers/event-type-list.ts';
import { type AuthData, hookOf, startZapier, type Zap, type Zapier } from './kit/zapier.ts';

/** Every ten seconds the product looks who keeps failing. */
const PATIENCE = { timeout: 60_000 };

const product = useProduct({ RETRY_SCHEDULE: '1' });

let authData: AuthData;
let zapier: Zapier;
let broken: Receiver;
let brokenStatus = 500;
beforeAll(async () => {
  const { current } = product;
  const scopes = ['webhooks:admin', 'deliveries:read'];
  const { key } = await current.call<{ key: string }>('POST /v1/api-keys', {
    name: 'Zapier',
    scopes,
  });
  authData = { baseUrl: current.address, apiKey: key };
  zapier = await startZapier(authData);
  broken = await startReceiver((_request, response) => {
    response.statusCode = brokenStatus;
    response.end();
  });
});
afterAll(async () => {
  await zapier?.close();
  await broken?.close();
});

const byName = (a: unknown, b: unknown) => String(a).localeCompare(String(b));
const keyOf = (type: string) => type.replaceAll('.', '_');

async function webhooks(): Promise<Webhook[]> {
  return (await product.current.call<{ data: Webhook[] }>('GET /v1/webhooks')).data;
}

async function listed(key: string, inputData = {}): Promise<{ id: string; event: string }[]> {
  const bundle = { authData, inputData } as unknown as Bundle;
  return (await zapier.run(hookOf(key).performList, bundle)) as { id: string; event: string }[];
}

test('before anything happened, a Zap is built with the sample', async () => {
  for (const { type, sample } of EVENT_TYPES) {
    expect(await listed(keyOf(type))).toMatchObject([{ event: type, data: sample }]);
  }
});

test('each trigger subscribes, starts its Zap with its event, and unsubscribes', {
  timeout: 180_000,
}, async () => {
  const zaps = new Map<string, Zap>();
  for (const { type } of EVENT_TYPES) zaps.set(type, await zapier.turnOn(keyOf(type)));
  const made = await webhooks();
  expect(made.map(({ integration }) => integration)).toEqual(EVENT_TYPES.map(() => 'zapier'));
  expect(made.map(({ events }) => events[0])).toEqual(
    EVENT_TYPES.map((one) => one.type).toReversed(),
  );
  expect(made.at(-1)).toMatchObject({ name: 'Zapier: Message Received' });

  const { current } = product;
  const published = new Map<string, string>();
  for (const { type } of EVENT_TYPES) {
    if (!type.startsWith('webhook.')) published.set(type, await current.publish(type));
  }
  // What the product itself tells is not published: it happens.
  const other = await current.createWebhook('CRM bridge', broken.origin, 'message.sent');
  for (let n = 0; n < 3; n += 1) await current.publish('message.sent');
  const runsOf = (type: string) => zaps.get(type)?.runs ?? [];
  await expect.poll(() => runsOf('webhook.failing').length, PATIENCE).toBe(1);
  brokenStatus = 200;
  await current.publish('message.sent');
  await expect.poll(() => runsOf('webhook.recovered').length, PATIENCE).toBe(1);

  for (const { type, sample } of EVENT_TYPES) {
    const zap = zaps.get(type);
    await expect.poll(() => zap?.runs.length, PATIENCE).toBe(type === 'message.sent' ? 5 : 1);
    expect(zap?.refused).toEqual([]);
    const first = zap?.runs.find(({ id }) => id === published.get(type)) ?? zap?.runs[0];
    expect(Object.keys(first?.['data'] ?? {})).toEqual(Object.keys(sample));
    if (type.startsWith('webhook.')) {
      expect(first).toMatchObject({ event: type, data: { webhook: { id: other.id } } });
    } else {
      expect(first).toMatchObject({
        id: published.get(type),
        event: type,
        tenantId: 'acme',
        data: sample,
      });
    }
    expect((await listed(keyOf(type)))[0]).toMatchObject({ event: type });
  }

  await current.call(`DELETE /v1/webhooks/${other.id}`);
  for (const zap of zaps.values()) await zap.turnOff();
  expect(await webhooks()).toEqual([]);
  const before = [...zaps.values()].map(({ requests }) => requests.length);
  await current.publish('lead.captured');
  const marker = await zapier.turnOn('lead_captured');
  await current.publish('lead.captured');
  await expect.poll(() => marker.runs.length, PATIENCE).toBe(1);
  expect([...zaps.values()].map(({ requests }) => requests.length)).toEqual(before);
  await marker.turnOff();
});

test('what happened is what a Zap is built with, newest first and in the same shape', async () => {
  const zap = await zapier.turnOn('contact_created');
  const id = await product.current.publish('contact.created', { name: 'Newest' });
  await expect.poll(() => zap.runs.length, PATIENCE).toBe(1);
  expect(zap.runs[0]).toMatchObject({ id, data: { name: 'Newest' } });
  expect((await listed('contact_created'))[0]).toEqual(zap.runs[0]);
  await zap.turnOff();
});

test('pressing Test in the dashboard starts no Zap', async () => {
  const zap = await zapier.turnOn('message_received');
  const path = `POST /v1/webhooks/${zap.subscription.id}/test`;
  expect(await product.current.call(path)).toMatchObject({ status: 'success' });
  await product.current.publish('message.received');
  await expect.poll(() => zap.runs.length, PATIENCE).toBe(1);
  expect(zap.requests).toHaveLength(2);
  expect(zap.runs[0]).toMatchObject({ event: 'message.received' });
  await zap.turnOff();
});

describe('Any Event', () => {
  const list = () => zapier.run(listEventTypes, { authData });

  test('offers every event type of the account, registered ones included, and takes those that are chosen', async () => {
    await product.current.call('POST /v1/event-types', {
      type: 'order.paid',
      description: 'A customer pays an order',
      schema: { type: 'object' },
      sample: { total: 12.5 },
    });
    const offered = (await list()).map(({ id }) => id);
    expect(offered).toEqual([...EVENT_TYPES.map(({ type }) => type), 'order.paid']);

    const eventTypes = ['order.paid', 'flow.completed'];
    expect(await listed('any_event', { eventTypes: ['order.paid'] })).toMatchObject([
      { event: 'order.paid', data: { total: 12.5 } },
    ]);
    const zap = await zapier.turnOn('any_event', { eventTypes });
    await product.current.publish('lead.captured');
    await product.current.publish('order.paid', { total: 3 });
    await product.current.publish('flow.completed');
    await expect.poll(() => zap.runs.length, PATIENCE).toBe(2);
    expect(zap.runs.map(({ event }) => event).toSorted(byName)).toEqual(
      eventTypes.toSorted(byName),
    );
    expect(await listed('any_event', { eventTypes: ['order.paid'] })).toMatchObject([
      { event: 'order.paid', data: { total: 3 } },
    ]);
    await zap.turnOff();
  });

  test('takes all that there are when none is chosen', async () => {
    const zap = await zapier.turnOn('any_event');
    expect((await webhooks())[0]?.events).toEqual((await list()).map(({ id }) => id));
    await zap.turnOff();
  });
});
