import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { fillLog, insertWebhook } from '../kit/delivery-log.ts';
import { makeWebhook } from '../kit/engine.ts';

/** "test.ping works but real events don't": events that matched no webhook can be seen, and why. */
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const CAMPAIGN = { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 3 } };
const LEAD = { type: 'lead.captured', data: { source: 'web_form' } };

describe('events that led to no delivery', () => {
  test('are listed alone, whatever became of the others, and say why', async () => {
    const { key, no } = await api.makeTenantWithKey('acme');
    const publish = async (body: object) =>
      (await api.call('POST', '/v1/events', { key, body })).body.id as string;
    const list = async (query = '') =>
      (await api.call('GET', `/v1/events?unmatched=true${query}`, { key })).body;
    const url = 'http://127.0.0.1:9/';
    await makeWebhook(api, { tenantNo: no, url, events: ['campaign.sent'] });

    await publish(CAMPAIGN);
    const nobody = await publish(LEAD);
    // In one call, so in one millisecond: the neighbour's delivery is not taken for its own.
    const batch = { events: [CAMPAIGN, LEAD, CAMPAIGN] };
    const together = (await api.call('POST', '/v1/events', { key, body: batch })).body.ids;

    const first = await list();
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual([together[1], nobody]);
    expect(first.nextCursor).toBeNull();
    expect(first.data[0]).toMatchObject({ type: 'lead.captured', deliveries: [] });
    expect(first.data[0].note).toBe(
      'No enabled webhook subscribed to this type when the event was accepted. Create a webhook ' +
        'for it, or add it to one.',
    );

    const body = { name: 'n8n', url, events: ['lead.captured'] };
    const { id } = (await api.call('POST', '/v1/webhooks', { key, body })).body;
    await api.call('PATCH', `/v1/webhooks/${id}`, { key, body: { enabled: false } });
    const disabled = await publish(LEAD);
    const [newest] = (await list('&limit=1')).data;
    expect(newest.id).toBe(disabled);
    expect(newest.note).toMatch(/Disabled now, though subscribed to it: “n8n”\.$/);
    expect((await list('&type=campaign.sent')).data).toEqual([]);
    expect((await list('&type=lead.captured')).data).toHaveLength(3);
    const one = await api.call('GET', `/v1/events/${disabled}`, { key });
    expect(one.body.note).toBe(newest.note);
    const all = (await api.call('GET', '/v1/events?unmatched=false', { key })).body.data;
    expect(all).toHaveLength(6);
    expect((await api.call('GET', '/v1/events?unmatched=maybe', { key })).status).toBe(422);
  });

  test('are searched for a bounded while; the cursor goes on from there', async () => {
    const { key, no } = await api.makeTenantWithKey('busy');
    const { id } = (await api.call('POST', '/v1/events', { key, body: LEAD })).body;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = Date.now();
    const webhookId = await insertWebhook(api.database.general, no);
    const fill = { tenantNo: no, webhookId, type: 'message.sent', status: 1 };
    await fillLog(api.database.general, { ...fill, count: 12_500, fromMs: now, toMs: now + 5_000 });

    const first = await api.call('GET', '/v1/events?unmatched=true', { key });
    expect(first.body.data).toEqual([]);
    expect(first.body.nextCursor).toEqual(expect.any(String));
    const path = `/v1/events?unmatched=true&cursor=${first.body.nextCursor}`;
    const next = await api.call('GET', path, { key });
    expect(next.body.data).toMatchObject([{ id }]);
    expect(next.body.nextCursor).toBeNull();
  });
});
