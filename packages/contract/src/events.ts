/**
 * The event catalogue. Adding an event type is adding one entry to EVENTS: API, dashboard,
 * OpenAPI and SDK types all derive from it.
 *
 * Fields are required unless `.optional()`; further fields pass through unchanged. Schemas only
 * judge: nothing here transforms, and callers go on with the value that they had.
 */
import { z } from 'zod';

interface EventDefinition<Data extends z.ZodType> {
  /** When it is triggered, as the product document puts it. */
  readonly description: string;
  readonly data: Data;
  readonly sample: z.input<Data>;
}

function define<Data extends z.ZodType>(event: EventDefinition<Data>): EventDefinition<Data> {
  return event;
}

const text = z.string();
const filled = z.string().min(1, 'must not be empty');
const count = z.int().nonnegative();
const anyObject = z.looseObject({});
const digits = z
  .string()
  .regex(/^[0-9]+$/, 'must be a string of digits, with country code and without + or spaces');

/**
 * Data about one WhatsApp user. A user who hides the number has no phone: then the field
 * (`contact` or `waId`) is null and `userId` carries WhatsApp's user id.
 */
function about<Field extends 'contact' | 'waId', Shape extends z.ZodRawShape>(
  field: Field,
  shape: Shape,
) {
  return z
    .looseObject({ ...shape, userId: filled.optional() })
    .superRefine((data: Readonly<Record<string, unknown>>, context) => {
      if (data[field] !== null || data['userId'] !== undefined) return;
      context.addIssue({
        code: 'custom',
        path: ['userId'],
        message: `is required when ${field} is null`,
      });
    })
    .meta({
      if: { properties: { [field]: { type: 'null' } } },
      then: { required: ['userId'] },
    });
}

const contact = digits.nullable();

/** A webhook that an operational event is about. Its URL is a credential, so only a mask of it. */
const webhookInBrief = z.looseObject({ id: filled, name: text, url: filled });

const catalogue = {
  'message.received': define({
    description: 'A customer sends a WhatsApp message',
    data: about('contact', {
      contact,
      name: text.optional(),
      body: text.optional(),
      type: filled,
      messageId: filled.optional(),
    }),
    sample: {
      contact: '919876543210',
      name: 'John Doe',
      body: "Hello, I'm interested in your product",
      type: 'text',
      messageId: 'wamid.HBgMOTE5ODc2NTQzMjEwFQIAEhgUM0E5RTQ3',
    },
  }),
  'message.sent': define({
    description: 'An outbound message is sent to a customer',
    data: about('contact', {
      contact,
      body: text.optional(),
      status: filled,
      messageId: filled.optional(),
    }),
    sample: {
      contact: '919876543210',
      body: 'Thank you, our team will call you today.',
      status: 'sent',
      messageId: 'wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgSQjQ3RkM1',
    },
  }),
  'contact.created': define({
    description: 'A new contact messages for the first time',
    data: about('waId', { name: text.optional(), waId: filled.nullable(), source: filled }),
    sample: { name: 'John Doe', waId: '919876543210', source: 'whatsapp' },
  }),
  'contact.updated': define({
    description: "A contact's profile or tags are updated",
    data: about('contact', { contact, changedFields: z.array(filled) }),
    sample: {
      contact: '919876543210',
      changedFields: ['name', 'tags'],
      name: 'John M. Doe',
      tags: ['vip', 'newsletter'],
    },
  }),
  'lead.captured': define({
    description: 'A lead is captured via Facebook Ad, web form, or chatbot flow',
    data: z.looseObject({
      name: text.optional(),
      phone: digits.optional(),
      email: text.optional(),
      source: z.enum(['facebook_ad', 'web_form', 'chatbot_flow']),
      campaign: text.optional(),
    }),
    sample: {
      name: 'Priya Sharma',
      phone: '919812345678',
      email: 'priya.sharma@example.com',
      source: 'facebook_ad',
      campaign: 'Diwali Offer',
    },
  }),
  'lead.assigned': define({
    description: 'A lead is assigned to a team member',
    data: z.looseObject({ lead: anyObject, agent: z.looseObject({ name: filled }) }),
    sample: {
      lead: { name: 'Priya Sharma', phone: '919812345678', source: 'facebook_ad' },
      agent: { name: 'Rahul Verma', email: 'rahul@example.com' },
    },
  }),
  'campaign.sent': define({
    description: 'A broadcast campaign is sent',
    data: z.looseObject({ name: filled, recipientCount: count }),
    sample: { name: 'Diwali Offer', recipientCount: 2500 },
  }),
  'campaign.completed': define({
    description: 'A broadcast campaign finishes delivery',
    data: z.looseObject({
      name: filled,
      stats: z.looseObject({ success: count, failed: count }),
    }),
    sample: { name: 'Diwali Offer', stats: { success: 2431, failed: 69 } },
  }),
  'flow.completed': define({
    description: 'A chatbot flow completes execution',
    data: about('contact', { contact, flow: filled, session: anyObject }),
    sample: {
      flow: 'Appointment booking',
      contact: '919876543210',
      session: { service: 'Demo', date: '2026-03-28', time: '15:30' },
    },
  }),
  'webhook.failing': define({
    description: 'A webhook keeps failing: the last three of its deliveries that ended all failed',
    data: z.looseObject({
      webhook: webhookInBrief,
      failingSince: filled,
      failedCount: count,
      lastError: z.looseObject({ code: filled, sentence: filled }),
      lastDeliveryId: filled,
    }),
    sample: {
      webhook: { id: 'whk_02qbt8v3jm0c1', name: 'Zapier', url: 'https://hooks.zapier.com/…abcd' },
      failingSince: '2026-03-25T08:22:50.254Z',
      failedCount: 3,
      lastError: { code: 'status_5xx', sentence: 'Server error. Check your server logs.' },
      lastDeliveryId: 'dlv_02qbt8v3jm0c2',
    },
  }),
  'webhook.recovered': define({
    description: 'A webhook that kept failing delivers again',
    data: z.looseObject({
      webhook: webhookInBrief,
      failingSince: filled,
      lastDeliveryId: filled,
    }),
    sample: {
      webhook: { id: 'whk_02qbt8v3jm0c1', name: 'Zapier', url: 'https://hooks.zapier.com/…abcd' },
      failingSince: '2026-03-25T08:22:50.254Z',
      lastDeliveryId: 'dlv_02qbt8v3jm0c3',
    },
  }),
  'test.ping': define({
    description: 'An admin presses Test; it can be neither published nor subscribed',
    data: z.looseObject({ message: filled }),
    sample: { message: 'This is a test event from Sydx AI.' },
  }),
};

type Catalogue = typeof catalogue;

/** Every event type that a receiver may see. */
export type EventType = keyof Catalogue;
/** What a webhook may subscribe to: all but `test.ping`. */
export type SubscribableEventType = Exclude<EventType, 'test.ping'>;
/** What the product itself publishes about a tenant's webhooks, and nobody else may. */
export type OperationalEventType = 'webhook.failing' | 'webhook.recovered';
/** What producers publish: the events of the CRM. */
export type PublishableEventType = Exclude<SubscribableEventType, OperationalEventType>;
/** The data of an event of type T; further fields may follow. */
export type EventData<T extends EventType = EventType> = z.input<Catalogue[T]['data']>;

export const EVENTS: Readonly<Catalogue> = Object.freeze(catalogue);

export const TEST_EVENT_TYPE = 'test.ping' satisfies EventType;

export const EVENT_TYPES = Object.freeze(Object.keys(EVENTS)) as readonly EventType[];

export const OPERATIONAL_EVENT_TYPES: readonly OperationalEventType[] = Object.freeze([
  'webhook.failing',
  'webhook.recovered',
]);

export const SUBSCRIBABLE_EVENT_TYPES = Object.freeze(
  EVENT_TYPES.filter(isSubscribable),
) as readonly [SubscribableEventType, ...SubscribableEventType[]];

export const PUBLISHABLE_EVENT_TYPES = Object.freeze(
  EVENT_TYPES.filter(isPublishable),
) as readonly [PublishableEventType, ...PublishableEventType[]];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type);
}

export function isOperational(type: string): type is OperationalEventType {
  return OPERATIONAL_EVENT_TYPES.some((operational) => operational === type);
}

export function isSubscribable(type: string): type is SubscribableEventType {
  return isEventType(type) && type !== TEST_EVENT_TYPE;
}

export function isPublishable(type: string): type is PublishableEventType {
  return isSubscribable(type) && !isOperational(type);
}
