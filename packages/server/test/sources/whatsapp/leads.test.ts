import { afterAll, beforeAll, expect, test } from 'vitest';
import { leadOf } from '../../../src/sources/whatsapp/lead.ts';
import { whatsappFixture } from './fixtures.ts';
import { makeSource, notify, type SourcesApi, startSources } from './setup.ts';

let api: SourcesApi;

beforeAll(async () => {
  api = await startSources();
});

afterAll(() => api.close());

const flow = whatsappFixture('flow_completion', 'completion');

test('a flow whose answers map to name, phone or email captures a lead, once', async () => {
  const source = await makeSource(api, {
    leadFields: { name: 'comment_text', phone: 'delivery_rating', campaign: 'recommend_radio' },
  });
  await notify(api, source, flow);
  await notify(api, source, flow);
  const events = await api.eventsOf(source.tenantNo);
  expect(events.map(({ type }) => type)).toEqual([
    'contact.created',
    'flow.completed',
    'lead.captured',
  ]);
  const [, completed, lead] = events;
  expect(lead?.data).toEqual({
    name: 'Comment Text',
    phone: '4',
    source: 'chatbot_flow',
    campaign: '0',
    contact: '972987654321',
    userId: completed?.data['userId'],
    flow: completed?.data['flow'],
    answers: completed?.data['session'],
  });
  expect(lead?.timestamp).toBe(completed?.timestamp);
});

test('a source that names no fields, or fields that are not answered, captures none', async () => {
  for (const settings of [{}, { leadFields: { email: 'no_such_answer' } }]) {
    const source = await makeSource(api, settings);
    await notify(api, source, flow);
    const types = (await api.eventsOf(source.tenantNo)).map(({ type }) => type);
    expect(types).toEqual(['contact.created', 'flow.completed']);
  }
});

test('only flows make leads, and a field of Object.prototype is no answer', () => {
  const session = { email: 'joe@example.com', phone: '+1 555 0100' };
  const data = { flow: 'sign-up', contact: '15550100', session };
  expect(leadOf({ type: 'message.received', data }, { email: 'email' })).toBeNull();
  expect(leadOf({ type: 'flow.completed', data }, { name: 'constructor' })).toBeNull();
  expect(leadOf({ type: 'flow.completed', data }, { phone: 'phone' })?.data['phone']).toBe(
    '15550100',
  );
});
