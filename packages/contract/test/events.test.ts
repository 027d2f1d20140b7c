import { expect, test } from 'vitest';
import {
  checkEventData,
  EVENT_TYPES,
  type EventData,
  EVENTS,
  eventJsonSchema,
  isOperational,
  isPublishable,
  isSubscribable,
  OPERATIONAL_EVENT_TYPES,
  PUBLISHABLE_EVENT_TYPES,
  readPublishRequest,
  SUBSCRIBABLE_EVENT_TYPES,
} from '../src/index.ts';

test('the catalogue holds the nine events of the product document, two about webhooks and test.ping', () => {
  expect(PUBLISHABLE_EVENT_TYPES).toEqual([
    'message.received',
    'message.sent',
    'contact.created',
    'contact.updated',
    'lead.captured',
    'lead.assigned',
    'campaign.sent',
    'campaign.completed',
    'flow.completed',
  ]);
  expect(OPERATIONAL_EVENT_TYPES).toEqual(['webhook.failing', 'webhook.recovered']);
  expect(SUBSCRIBABLE_EVENT_TYPES).toEqual([
    ...PUBLISHABLE_EVENT_TYPES,
    ...OPERATIONAL_EVENT_TYPES,
  ]);
  expect(EVENT_TYPES).toEqual([...SUBSCRIBABLE_EVENT_TYPES, 'test.ping']);
  expect(isPublishable('test.ping')).toBe(false);
  expect(isSubscribable('test.ping')).toBe(false);
  expect(isPublishable('webhook.failing')).toBe(false);
  expect(isOperational('message.sent')).toBe(false);
  expect(isPublishable('toString')).toBe(false);
});

test.each(EVENT_TYPES)('%s: the sample fits, more fields may follow, a schema exists', (type) => {
  const { sample, description } = EVENTS[type];
  expect(checkEventData(type, sample)).toEqual([]);
  expect(checkEventData(type, { ...sample, extra: { any: ['thing'] } })).toEqual([]);
  expect(checkEventData(type, {}).length).toBeGreaterThan(0);
  expect(description).not.toBe('');
  const schema = eventJsonSchema(type);
  expect(schema).toMatchObject({ type: 'object' });
  expect(Object.keys(schema['properties'] as object)).toEqual(
    expect.arrayContaining(schema['required'] as string[]),
  );
});

test.each(['+919876543210', '91 98765', '', 919876543210, '９１'])(
  'contact %j is refused',
  (contact) => {
    expect(checkEventData('message.received', { contact, type: 'text' })).toMatchObject([
      { pointer: '/data/contact' },
    ]);
    expect(checkEventData('lead.captured', { source: 'web_form', phone: contact })).toMatchObject([
      { pointer: '/data/phone' },
    ]);
  },
);

test('contact may be null when userId says who it is', () => {
  const hidden = { contact: null, type: 'text' };
  expect(checkEventData('message.received', { ...hidden, userId: 'IN.135' })).toEqual([]);
  expect(checkEventData('message.received', hidden)).toEqual([
    { pointer: '/data/userId', detail: 'is required when contact is null' },
  ]);
  expect(checkEventData('message.received', { type: 'text', userId: 'IN.135' })).toEqual([
    { pointer: '/data/contact', detail: 'is required' },
  ]);
});

test('a list is not an object', () => {
  const agent = { name: 'Rahul' };
  expect(checkEventData('lead.assigned', { lead: [], agent }, '/events/2/data')).toMatchObject([
    { pointer: '/events/2/data/lead' },
  ]);
  expect(checkEventData('lead.assigned', []).length).toBe(1);
});

test('the data of each event is typed', () => {
  const data: EventData<'campaign.sent'> = { name: 'Diwali', recipientCount: 3, region: 'north' };
  expect(checkEventData('campaign.sent', data)).toEqual([]);
  // @ts-expect-error type is required
  const incomplete: EventData<'message.received'> = { contact: '1' };
  expect(checkEventData('message.received', incomplete)).toHaveLength(1);
});

test('what the product tells of its webhooks, a producer may not publish', () => {
  const data = EVENTS['webhook.failing'].sample;
  expect(readPublishRequest({ type: 'webhook.failing', data })).toEqual({
    ok: false,
    code: 'unknown_event_type',
    errors: [
      {
        pointer: '/type',
        detail:
          'webhook.failing cannot be published: the product itself tells it, and webhooks may subscribe',
      },
    ],
  });
});
