import {
  type EVENTS,
  PUBLISHABLE_EVENT_TYPES,
  type PublishableEventType as CatalogueType,
} from '@sydx/contract';
import { expect, expectTypeOf, it } from 'vitest';
import {
  createPublisher,
  type EventInput,
  type EventInputData,
  type PublishableEventType,
  type SydxEventData,
} from '../../src/index.ts';

/** zod writes `name?: string | undefined`; JSON knows no undefined. */
type Defined<T> = T extends object ? { [Key in keyof T]: Defined<Exclude<T[Key], undefined>> } : T;

it('exactly the publishable types of the catalogue can be published', () => {
  expectTypeOf<PublishableEventType>().toEqualTypeOf<CatalogueType>();
});

it('what receivers are told is what can be published', () => {
  type Fits = {
    [Type in PublishableEventType]: SydxEventData[Type] extends EventInputData<Type> ? true : Type;
  };
  expectTypeOf<Fits[PublishableEventType]>().toEqualTypeOf<true>();
});

it('the samples of the catalogue can be published', () => {
  type Sample = { [T in CatalogueType]: { type: T; data: (typeof EVENTS)[T]['sample'] } };
  expectTypeOf<Defined<Sample[CatalogueType]>>().toExtend<EventInput>();
  expect(PUBLISHABLE_EVENT_TYPES).toHaveLength(9);
});

/** An interface has no index signature; a CRM's own types are such. */
interface Lead {
  id: number;
  name: string;
}
interface Agent {
  name: string;
  email: string;
}

it('the compiler knows what each type needs', () => {
  const takes = (event: EventInput): void => void event;
  const lead: Lead = { id: 4711, name: 'Priya Sharma' };
  const agent: Agent = { name: 'Rahul Verma', email: 'rahul@example.com' };
  takes({ type: 'lead.assigned', data: { lead, agent } });
  takes({ type: 'lead.assigned', data: { lead: { any: ['thing'] }, agent: { name: 'R', no: 1 } } });
  takes({
    type: 'contact.updated',
    data: { contact: '91', changedFields: ['tags'], tags: ['vip'] },
  });
  takes({ type: 'message.received', data: { contact: null, userId: 'IN.1', type: 'text' } });
  takes({
    type: 'campaign.completed',
    data: { name: 'D', stats: { success: 1, failed: 0, read: 1 } },
  });

  // @ts-expect-error: no such type
  takes({ type: 'lead.lost', data: {} });
  // @ts-expect-error: nobody publishes a test
  takes({ type: 'test.ping', data: { message: 'x' } });
  // @ts-expect-error: recipientCount is a number
  takes({ type: 'campaign.sent', data: { name: 'Diwali', recipientCount: '2500' } });
  // @ts-expect-error: recipientCount is missing
  takes({ type: 'campaign.sent', data: { name: 'Diwali' } });
  // @ts-expect-error: failed is missing
  takes({ type: 'campaign.completed', data: { name: 'Diwali', stats: { success: 1 } } });
  // @ts-expect-error: the source is one of three
  takes({ type: 'lead.captured', data: { source: 'telephone' } });
  // @ts-expect-error: the agent has a name
  takes({ type: 'lead.assigned', data: { lead, agent: { email: 'rahul@example.com' } } });
  // @ts-expect-error: a lead is an object
  takes({ type: 'lead.assigned', data: { lead: 'Priya', agent } });
  // @ts-expect-error: a lead is no list
  takes({ type: 'lead.assigned', data: { lead: [lead], agent } });
  // @ts-expect-error: a contact is digits in a string
  takes({ type: 'message.sent', data: { contact: 919876543210, status: 'sent' } });
  // @ts-expect-error: the data of another type
  takes({ type: 'flow.completed', data: { name: 'Diwali', recipientCount: 1 } });
  // @ts-expect-error: no such field of an event
  takes({ type: 'campaign.sent', data: { name: 'D', recipientCount: 1 }, key: 'x' });
});

it('event types of your own are checked as well', () => {
  interface Own {
    'order.paid': { orderId: string };
  }
  const publisher = createPublisher<Own>({ baseUrl: 'https://x', apiKey: 'k' });
  type Event = Parameters<typeof publisher.publish>[0];
  const takes = (event: Event): void => void event;
  takes({ type: 'order.paid', data: { orderId: '4711' } });
  takes({ type: 'campaign.sent', data: { name: 'D', recipientCount: 1 } });
  // @ts-expect-error: orderId is a string
  takes({ type: 'order.paid', data: { orderId: 4711 } });
  // @ts-expect-error: no such type
  takes({ type: 'order.lost', data: {} });
});
