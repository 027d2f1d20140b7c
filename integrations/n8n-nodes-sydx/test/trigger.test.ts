import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../packages/server/test/kit/engine.ts';
import { Account } from './kit/account.ts';

let account: Account;
beforeAll(async () => {
  account = await Account.open();
  await account.call('POST', '/v1/event-types', {
    type: 'order.paid',
    description: 'An order is paid.',
    schema: { type: 'object' },
    sample: { orderId: '1', total: 12.5 },
  });
}, 120_000);
afterAll(() => account.close());
afterEach(() => account.clear());

test('the editor offers every event type that can be subscribed to, registered ones too', async () => {
  const n8n = await account.workflow({ events: [] });
  const choices = await n8n.eventChoices();
  const types = (await account.eventTypes()).filter(({ subscribable }) => subscribable);
  expect(choices.map(({ value }) => value)).toEqual(types.map(({ type }) => type));
  expect(choices).toContainEqual({
    name: 'order.paid',
    value: 'order.paid',
    description: 'An order is paid.',
  });
  expect(choices.map(({ value }) => value)).not.toContain('test.ping');
});

test("the credential's test tells a key that may from one that may not", async () => {
  const n8n = await account.workflow({ events: [] });
  const { url: baseUrl, apiKey } = account.product;
  expect(await n8n.testCredential()).toBe(200);
  n8n.credentials.data = { baseUrl: ` ${baseUrl}// `, apiKey };
  expect(await n8n.testCredential()).toBe(200);
  n8n.credentials.data = { baseUrl, apiKey: 'sydx_wrong' };
  expect(await n8n.testCredential()).toBe(401);
  const { key } = await account.call<{ key: string }>('POST', '/v1/api-keys', {
    name: 'reads only',
    scopes: ['deliveries:read'],
  });
  n8n.credentials.data = { baseUrl, apiKey: key };
  expect(await n8n.testCredential()).toBe(403);
});

test('an active workflow receives every event type; a deactivated one has no webhook', async () => {
  const types = (await account.eventTypes()).filter(({ publishable }) => publishable);
  const names = types.map(({ type }) => type);
  const n8n = await account.workflow({ events: names });
  await n8n.activate();
  const webhook = await account.webhook();
  expect(webhook).toMatchObject({ name: 'n8n: Leads to the sheet', url: n8n.url, filter: null });
  expect(webhook.events.toSorted()).toEqual(names.toSorted());

  const ids = await Promise.all(types.map(({ type, sample }) => account.publish(type, sample)));
  await eventually('all arrived', () => n8n.executions.length >= types.length, 60_000);
  const items = n8n.executions.flat();
  for (const [at, { type, sample }] of types.entries()) {
    const item = items.find(({ eventId }) => eventId === ids[at]);
    expect(item).toMatchObject({ event: type, data: sample, attempt: 1 });
    expect(Object.keys(item ?? {}).join(' ')).toBe(
      'event timestamp tenantId data eventId deliveryId attempt',
    );
  }
  expect(items.map(({ event }) => event).toSorted()).toEqual(names.toSorted());
  expect(new Set(n8n.answers)).toEqual(new Set([200]));

  await n8n.deactivate();
  expect(await account.webhooks()).toEqual([]);
  expect(JSON.stringify(n8n.staticData)).not.toContain('whsec_');
}, 120_000);

test('only what passes the filter starts the workflow', async () => {
  const n8n = await account.workflow({
    events: ['campaign.sent', 'lead.captured'],
    combine: 'any',
    filter: {
      conditions: [
        { field: 'recipientCount', operator: 'gt', value: '100' },
        { field: 'source', operator: 'in', value: 'web_form, chatbot_flow' },
      ],
    },
  });
  await n8n.activate();
  expect((await account.webhook()).filter).toEqual({
    any: [
      { field: 'recipientCount', gt: 100 },
      { field: 'source', in: ['web_form', 'chatbot_flow'] },
    ],
  });
  await account.publish('campaign.sent', { name: 'small', recipientCount: 3 });
  await account.publish('lead.captured', { name: 'from an ad', source: 'facebook_ad' });
  await account.publish('lead.captured', { name: 'from a form', source: 'web_form' });
  await account.publish('campaign.sent', { name: 'large', recipientCount: 101 });
  await eventually('two arrived', () => n8n.executions.length >= 2);
  const names = n8n.executions.flat().map(({ data }) => data['name'] as string);
  expect(names.toSorted()).toEqual(['from a form', 'large']);
});

test('Test starts an active workflow, unless the node says not to', async () => {
  const n8n = await account.workflow({ events: ['message.received'] });
  await n8n.activate();
  const { id } = await account.webhook();
  const tested = await account.call('POST', `/v1/webhooks/${id}/test`);
  expect(tested).toMatchObject({ status: 'success', statusCode: 200 });
  expect(n8n.executions[0]).toMatchObject([{ event: 'test.ping' }]);
  await account.clear();

  const quiet = await account.workflow({
    events: ['message.received'],
    options: { runOnTest: false, name: 'Quiet' },
  });
  await quiet.activate();
  const webhook = await account.webhook();
  expect(webhook.name).toBe('Quiet');
  const second = await account.call('POST', `/v1/webhooks/${webhook.id}/test`);
  expect(second).toMatchObject({ status: 'success', statusCode: 200 });
  expect(quiet.executions).toEqual([]);
});

test('in the editor, Test brings a sample of each chosen event', async () => {
  const events = ['lead.captured', 'order.paid'];
  const n8n = await account.workflow({ events });
  await n8n.listenForTest();
  const webhook = await account.webhook();
  expect(webhook.url).toContain('/webhook-test/');
  await account.call('POST', `/v1/webhooks/${webhook.id}/test`);
  const types = await account.eventTypes();
  const sampleOf = (name: string) => types.find(({ type }) => type === name)?.sample;
  expect(n8n.executions).toEqual([
    events.map((event) => expect.objectContaining({ event, data: sampleOf(event) })),
  ]);
  await n8n.stopListening();
  expect(await account.webhooks()).toEqual([]);
});

test('n8n may start again: the same webhook goes on, at the address that n8n has then', async () => {
  const n8n = await account.workflow({ events: ['message.received'] });
  await n8n.activate();
  const { id, secretHint } = await account.webhook();
  await n8n.activate('init');
  expect(await account.webhook()).toMatchObject({ id, secretHint, url: n8n.url });

  const moved = await account.workflow({ events: ['message.received', 'message.sent'] });
  moved.staticData = n8n.staticData;
  await moved.activate('init');
  expect(await account.webhook()).toMatchObject({
    id,
    secretHint,
    url: moved.url,
    events: ['message.received', 'message.sent'],
  });
  await account.publishMessage('after the move');
  await eventually('it arrived', () => moved.executions.length === 1);
});

test('a webhook that n8n forgot is taken over: no event comes twice', async () => {
  const n8n = await account.workflow({ events: ['message.received'] });
  await n8n.activate();
  const { id } = await account.webhook();
  n8n.staticData = {};
  await n8n.activate();
  expect((await account.webhook()).id).toBe(id);
  await account.publishMessage('once');
  await eventually('it arrived', () => n8n.executions.length === 1);
});

test('a webhook that somebody deleted is made again, and can be missing at the end', async () => {
  const n8n = await account.workflow({ events: ['message.received'] });
  await n8n.activate();
  const { id } = await account.webhook();
  await account.call('DELETE', `/v1/webhooks/${id}`);
  await n8n.activate('init');
  const again = await account.webhook();
  expect(again.id).not.toBe(id);
  await account.call('DELETE', `/v1/webhooks/${again.id}`);
  await n8n.deactivate();
});

test('what Sydx AI refuses is said in its words, and nothing is left behind', async () => {
  const wrongKey = await account.workflow({ events: ['message.received'] }, 'sydx_wrong');
  await expect(wrongKey.activate()).rejects.toThrow(/^Sydx AI: .*key/i);
  const none = await account.workflow({ events: [] });
  await expect(none.activate()).rejects.toThrow('Choose at least one event.');
  const unknown = await account.workflow({ events: ['no.such'] });
  await expect(unknown.activate()).rejects.toMatchObject({
    description: expect.stringContaining('/events/0 is not an event type'),
  });
  const text = await account.workflow({
    events: ['campaign.sent'],
    filter: { conditions: [{ field: 'recipientCount', operator: 'gt', value: 'many' }] },
  });
  await expect(text.activate()).rejects.toThrow('“many” is compared as a number and is none.');
  const elsewhere = await account.workflow({ events: ['message.received'] });
  elsewhere.credentials.data = { baseUrl: `${account.product.url}/nowhere`, apiKey: 'x' };
  await expect(elsewhere.activate()).rejects.toThrow();
  expect(await account.webhooks()).toEqual([]);
});
