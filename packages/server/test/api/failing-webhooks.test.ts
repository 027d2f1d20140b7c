import { EVENTS, OPERATIONAL_EVENT_TYPES } from '@sydx/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseId } from '../../src/base/ids.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;
let key: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  ({ key } = await api.makeTenantWithKey('acme'));
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const URL = 'https://93.184.215.14/webhook';

test('a webhook says since when it keeps failing, in every answer that shows it, until it is disabled', async () => {
  const made = await api.call('POST', '/v1/webhooks', {
    key,
    body: { name: 'shop', url: URL, events: ['lead.captured'] },
  });
  expect(made.body).toMatchObject({ failingSince: null });
  const path = `/v1/webhooks/${made.body.id}`;
  const since = '2026-03-25T08:22:50.254Z';
  await api.database.general.query('insert into sydx.failing_webhooks values ($1, $2)', [
    parseId('whk', made.body.id),
    since,
  ]);
  const shown = async () => [
    (await api.call('GET', path, { key })).body.failingSince,
    (await api.call('GET', '/v1/webhooks', { key })).body.data[0].failingSince,
    (await api.call('GET', '/v1/webhook-health', { key })).body.data[0].failingSince,
    (await api.call('PATCH', path, { key, body: { name: 'Shop' } })).body.failingSince,
  ];
  expect(await shown()).toEqual([since, since, since, since]);
  const disabled = await api.call('PATCH', path, { key, body: { enabled: false } });
  expect(disabled.body).toMatchObject({ enabled: false, failingSince: null });
  expect(await shown()).toEqual([null, null, null, null]);
});

test.each(OPERATIONAL_EVENT_TYPES)(
  '%s can be subscribed to, is in the catalogue, and nobody can publish it',
  async (type) => {
    const { body: catalogue } = await api.call('GET', '/v1/event-types', { key });
    expect(catalogue.data).toContainEqual(
      expect.objectContaining({
        type,
        publishable: false,
        subscribable: true,
        sample: EVENTS[type].sample,
      }),
    );
    const body = { name: 'pager', url: URL, events: [type] };
    expect((await api.call('POST', '/v1/webhooks', { key, body })).status).toBe(201);
    const published = await api.call('POST', '/v1/events', {
      key,
      body: { type, data: EVENTS[type].sample },
    });
    expect(published).toMatchObject({
      status: 422,
      body: {
        code: 'unknown_event_type',
        errors: [{ pointer: '/type', detail: expect.stringContaining('cannot be published') }],
      },
    });
    const { body: events } = await api.call('GET', `/v1/events?type=${type}`, { key });
    expect(events.data).toEqual([]);
  },
);
