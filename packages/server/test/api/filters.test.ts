import type { WebhookFilter } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let tenants = 0;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  receiver = await startReceiver((_request, response) => response.writeHead(200).end());
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

const FROM_ADS: WebhookFilter = {
  all: [
    { field: 'source', equals: 'facebook_ad' },
    {
      any: [
        { field: 'phone', prefix: '91' },
        { field: 'email', exists: true },
      ],
    },
  ],
};
const AD = { source: 'facebook_ad', phone: '919876543210' };

/** A tenant of its own with what the tests do in it. */
async function startTenant() {
  tenants += 1;
  const { key } = await api.makeTenantWithKey(`filters-${tenants}`);
  const call = (method: string, path: string, body?: object): Promise<Answer> =>
    api.call(method, path, { key, body });
  return {
    key,
    call,
    create: async (name: string, filter?: WebhookFilter | null) => {
      const url = `${receiver.origin}/${name}`;
      const made = {
        name,
        url,
        events: ['lead.captured'],
        ...(filter !== undefined && { filter }),
      };
      return await call('POST', '/v1/webhooks', made);
    },
    publish: async (data: object): Promise<string> => {
      const answer = await call('POST', '/v1/events', { type: 'lead.captured', data });
      expect(answer.status, answer.text).toBe(202);
      return answer.body.id;
    },
    /** Names of the webhooks that an event goes to. */
    goesTo: async (id: string): Promise<string[]> => {
      const { body } = await call('GET', `/v1/events/${id}`);
      return body.deliveries.map((one: { webhookName: string }) => one.webhookName).toSorted();
    },
  };
}

describe('a filter of a webhook', () => {
  test('is created, read, changed and taken away as it was written', async () => {
    const { create, call } = await startTenant();
    expect((await create('plain')).body.filter).toBeNull();
    const made = (await create('ads', FROM_ADS)).body;
    expect(JSON.stringify(made.filter)).toBe(JSON.stringify(FROM_ADS));
    const path = `/v1/webhooks/${made.id}`;
    expect((await call('GET', path)).body.filter).toEqual(FROM_ADS);
    const filter = { field: 'odd \u0001 é 😀', equals: '"\\' };
    expect((await call('PATCH', path, { filter })).body.filter).toEqual(filter);
    expect((await call('PATCH', path, { name: 'renamed' })).body.filter).toEqual(filter);
    expect((await call('PATCH', path, { filter: null })).body.filter).toBeNull();
    const list = (await call('GET', '/v1/webhooks')).body.data;
    expect(list.map((one: { filter: unknown }) => one.filter)).toEqual([null, null]);
  });

  test('decides at publish which events of its types a webhook gets', async () => {
    const { create, publish, goesTo, call } = await startTenant();
    await create('all');
    const { id } = (await create('ads', FROM_ADS)).body;
    expect(await goesTo(await publish(AD))).toEqual(['ads', 'all']);
    expect(await goesTo(await publish({ source: 'web_form' }))).toEqual(['all']);
    expect(await goesTo(await publish({ source: 'facebook_ad', phone: '1555' }))).toEqual(['all']);

    await call('PATCH', `/v1/webhooks/${id}`, { filter: { field: 'source', in: ['web_form'] } });
    expect(await goesTo(await publish(AD))).toEqual(['all']);
    expect(await goesTo(await publish({ source: 'web_form' }))).toEqual(['ads', 'all']);
    await call('PATCH', `/v1/webhooks/${id}`, { filter: null });
    expect(await goesTo(await publish(AD))).toEqual(['ads', 'all']);
  });

  test('judges each event of a batch by itself, and with idempotency keys', async () => {
    const { create, call, goesTo } = await startTenant();
    await create('ads', FROM_ADS);
    const sources = ['web_form', 'facebook_ad', 'chatbot_flow', 'facebook_ad'];
    for (const keyed of [false, true]) {
      const events = sources.map((source, n) => ({
        type: 'lead.captured',
        data: { ...AD, source },
        ...(keyed && { idempotencyKey: `lead-${n}` }),
      }));
      const { ids } = (await call('POST', '/v1/events', { events })).body;
      const went = await Promise.all((ids as string[]).map(goesTo));
      expect(went).toEqual([[], ['ads'], [], ['ads']]);
    }
  });

  test('never keeps a Test back, nor a redelivery, nor a replay', async () => {
    const { create, publish, call } = await startTenant();
    const { id } = (await create('ads', FROM_ADS)).body;
    const event = await publish(AD);
    const path = `/v1/deliveries?eventId=${event}&status=success`;
    await eventually('it is delivered', async () => {
      return (await call('GET', path)).body.data.length === 1;
    });
    const [delivery] = (await call('GET', path)).body.data;
    await call('PATCH', `/v1/webhooks/${id}`, { filter: { field: 'source', equals: 'nothing' } });
    expect((await call('POST', `/v1/webhooks/${id}/test`)).body.status).toBe('success');
    const replay = { from: '2024-01-01T00:00:00Z', status: 'success' };
    expect((await call('POST', `/v1/webhooks/${id}/replay`, replay)).body.count).toBe(1);
    await eventually('it is replayed', async () => {
      return (await call('GET', path)).body.data.length === 2;
    });
    expect((await call('POST', `/v1/deliveries/${delivery.id}/redeliver`)).status).toBe(202);
    await eventually('it is redelivered', async () => {
      return (await call('GET', path)).body.data.length === 3;
    });
  });

  test('is told of by an event that it refuses', async () => {
    const { create, publish, call } = await startTenant();
    await create('ads', FROM_ADS);
    const refused = await publish({ source: 'web_form' });
    const note = async (id: string) => (await call('GET', `/v1/events/${id}`)).body.note;
    expect(await note(refused)).toBe(
      'The filter of “ads”, as it is now, refuses it. No other webhook got it.',
    );
    expect(await note(await publish(AD))).toBeNull();
    const unmatched = (await call('GET', '/v1/events?unmatched=true')).body.data;
    expect(unmatched.map(({ id }: { id: string }) => id)).toEqual([refused]);
    await create('all');
    expect(await note(await publish({ source: 'web_form' }))).toBe(
      'The filter of “ads”, as it is now, refuses it.',
    );
  });

  test('stands in the audit log when it is set, changed and taken away', async () => {
    const { create, call } = await startTenant();
    const { id } = (await create('ads', FROM_ADS)).body;
    const filter = { field: 'source', exists: true };
    await call('PATCH', `/v1/webhooks/${id}`, { filter });
    await call('PATCH', `/v1/webhooks/${id}`, { filter: null });
    const { data } = (await call('GET', `/v1/audit-log?object=${id}`)).body;
    expect(
      data.map((entry: { action: string; changes: { field: string }[] }) => [
        entry.action,
        entry.changes.find((change) => change.field === 'filter'),
      ]),
    ).toEqual([
      ['webhook.changed', { field: 'filter', before: filter, after: null }],
      ['webhook.changed', { field: 'filter', before: FROM_ADS, after: filter }],
      ['webhook.created', { field: 'filter', before: null, after: FROM_ADS }],
    ]);
  });
});

describe('a bad filter is refused with a pointer and a sentence', () => {
  test.each([
    ['/filter/matches', { field: 'a', matches: '.*' }, /is not an operator: use equals/],
    [
      '/filter/all/1/gt',
      {
        all: [
          { field: 'a', exists: true },
          { field: 'b', gt: '5' },
        ],
      },
      /number/,
    ],
    ['/filter', 'source == "x"', /must be an object/],
    ['/filter/$where', { $where: '1' }, /must be a condition with a field/],
    ['/filter', {}, /must be a condition with a field/],
  ])('%s', async (pointer, filter, sentence) => {
    const { create, call } = await startTenant();
    for (const refused of [
      await create('bad', filter as never),
      await call('POST', '/v1/filter-preview', { filter, events: ['lead.captured'] }),
    ]) {
      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].pointer).toBe(pointer);
      expect(refused.body.errors[0].detail).toMatch(sentence);
    }
  });
});

test('a filter of more than 16 KiB is refused wherever one is given', async () => {
  const { create, call } = await startTenant();
  const filter = { all: Array.from({ length: 20 }, () => ({ field: 'a', in: texts(2) })) };
  const { id } = (await create('small', FROM_ADS)).body;
  for (const refused of [
    await create('large', filter),
    await call('PATCH', `/v1/webhooks/${id}`, { filter }),
    await call('POST', '/v1/filter-preview', { filter, events: ['lead.captured'] }),
  ]) {
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      {
        pointer: '/filter',
        detail: 'must have at most 16 KiB of JSON: compare with fewer or shorter values',
      },
    ]);
  }
  const { body } = await call('GET', '/v1/webhooks');
  expect(body.data.map((one: { filter: unknown }) => one.filter)).toEqual([FROM_ADS]);
  expect((await create('just within', { field: 'a', in: texts(32) })).status).toBe(201);
});

const texts = (count: number) => Array.from({ length: count }, () => 'x'.repeat(500));

describe('a filter is tried on recent events', () => {
  const preview = { filter: FROM_ADS, events: ['lead.captured'] };

  test('of these types, newest first, and says which pass', async () => {
    const { publish, call } = await startTenant();
    const first = await publish(AD);
    const second = await publish({ source: 'web_form' });
    const campaign = { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 3 } };
    await call('POST', '/v1/events', campaign);
    const { status, body } = await call('POST', '/v1/filter-preview', preview);
    expect(status).toBe(200);
    expect(body.matched).toBe(1);
    expect(body.data).toMatchObject([
      { id: second, type: 'lead.captured', matches: false, data: { source: 'web_form' } },
      { id: first, type: 'lead.captured', matches: true, data: AD },
    ]);
  });

  test('the last 100 at most, and nothing changes', async () => {
    const { call, create, goesTo, publish } = await startTenant();
    await create('all');
    const events = Array.from({ length: 120 }, (_, n) => ({
      type: 'lead.captured',
      data: { ...AD, n },
    }));
    await call('POST', '/v1/events', { events });
    const { body } = await call('POST', '/v1/filter-preview', preview);
    expect(body.data).toHaveLength(100);
    expect(body.data[0].data.n).toBe(119);
    expect(await goesTo(await publish({ source: 'web_form' }))).toEqual(['all']);
  });

  test('and there are none yet', async () => {
    const { call } = await startTenant();
    expect((await call('POST', '/v1/filter-preview', preview)).body).toEqual({
      matched: 0,
      data: [],
    });
  });
});
