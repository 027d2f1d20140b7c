import { afterAll, beforeAll, expect, test } from 'vitest';
import { whatsappFixture } from './fixtures.ts';
import { makeSource, notify, type SourcesApi, startSources } from './setup.ts';

let api: SourcesApi;

beforeAll(async () => {
  api = await startSources();
});

afterAll(() => api.close());

interface ReferredMessage {
  id: string;
  from: string;
  from_user_id?: string;
  referral: Record<string, unknown>;
}

const fixture = whatsappFixture('message', 'referral');

/** A copy of Meta's sample, whose `source_type` stands for either of two. */
function referredBy(
  referral: Record<string, unknown>,
  more: Partial<Omit<ReferredMessage, 'referral'>> = {},
): unknown {
  const copy = structuredClone(fixture) as {
    entry: { changes: { value: { messages: ReferredMessage[]; contacts: object[] } }[] }[];
  };
  for (const { value } of copy.entry.flatMap(({ changes }) => changes)) {
    if (more.from !== undefined) value.contacts = [];
    value.messages = value.messages.map((message) => ({
      ...message,
      ...more,
      referral: { ...message.referral, source_type: 'ad', ...referral },
    }));
  }
  return copy;
}

test('a message that carries an ad referral captures a lead', async () => {
  const source = await makeSource(api);
  await notify(api, source, referredBy({}));
  const events = await api.eventsOf(source.tenantNo);
  expect(events.map(({ type }) => type)).toEqual([
    'contact.created',
    'message.received',
    'lead.captured',
  ]);
  const [, message, lead] = events;
  expect(lead?.data).toEqual({
    name: 'Test Name',
    phone: '972987654321',
    source: 'facebook_ad',
    campaign: 'AD_TITLE',
    contact: '972987654321',
    userId: 'US.13491208655302741918',
    adId: 'ADID',
    clickId: 'CTWA_CLID',
    referral: message?.data['referral'],
    messageId: 'wamid.ID',
    phoneNumberId: '1122334455667',
  });
  expect(lead?.timestamp).toBe(message?.timestamp);
});

test('once per contact and ad', async () => {
  const source = await makeSource(api);
  const other = { from: '15550100999' };
  await notify(api, source, referredBy({}, { id: 'wamid.1' }));
  await notify(api, source, referredBy({}, { id: 'wamid.1' }));
  await notify(api, source, referredBy({ headline: 'Changed' }, { id: 'wamid.2' }));
  await notify(api, source, referredBy({ source_id: 'ANOTHER' }, { id: 'wamid.3' }));
  await notify(api, source, referredBy({}, { id: 'wamid.4', ...other }));
  const events = await api.eventsOf(source.tenantNo);
  const leads = events.filter(({ type }) => type === 'lead.captured');
  expect(leads.map(({ data }) => [data['contact'], data['adId']])).toEqual([
    ['972987654321', 'ADID'],
    ['972987654321', 'ANOTHER'],
    ['15550100999', 'ADID'],
  ]);
  expect(events.filter(({ type }) => type === 'message.received')).toHaveLength(4);
});

test('also when the same ad leads twice to the chat in one notification, or on two at once', async () => {
  const source = await makeSource(api);
  const first = referredBy({}, { id: 'wamid.5' }) as { entry: object[] };
  const second = referredBy({}, { id: 'wamid.6' }) as { entry: object[] };
  await Promise.all([
    notify(api, source, { ...first, entry: [...first.entry, ...second.entry] }),
    notify(api, source, referredBy({}, { id: 'wamid.7' })),
  ]);
  const types = (await api.eventsOf(source.tenantNo)).map(({ type }) => type);
  expect(types.filter((type) => type === 'lead.captured')).toHaveLength(1);
});

test('an ad without a headline gives the campaign by its id; a post is no ad', async () => {
  const source = await makeSource(api);
  await notify(api, source, referredBy({ source_type: 'post' }, { id: 'wamid.8' }));
  await notify(api, source, referredBy({ headline: '' }, { id: 'wamid.9' }));
  const leads = (await api.eventsOf(source.tenantNo)).filter(
    ({ type }) => type === 'lead.captured',
  );
  expect(leads.map(({ data }) => data['campaign'])).toEqual(['ADID']);
});
