/** GET /v1/events, /v1/events/{id} and /v1/event-types. */
import { z } from 'zod';
import { EVENT_TYPES, SUBSCRIBABLE_EVENT_TYPES } from '../events.ts';
import { DeliveryStatus } from './deliveries.ts';
import { idOf, time, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';

export const EventsQuery = z.strictObject({
  ...pageQuery,
  type: z.enum(SUBSCRIBABLE_EVENT_TYPES).optional(),
  /** Bounds of the acceptance time: from ≤ t < to. */
  from: timestamp.optional(),
  to: timestamp.optional(),
  /** Only those that led to no delivery; `note` says why. */
  unmatched: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
});
export type EventsQuery = z.output<typeof EventsQuery>;

export const AcceptedEvent = z
  .object({
    id: idOf('evt'),
    type: z.string(),
    timestamp: time,
    tenantId: z.string(),
    data: z.record(z.string(), z.unknown()),
    createdAt: time.meta({ description: 'When it was accepted' }),
    deliveries: z.array(
      z.object({
        id: idOf('dlv'),
        webhookId: idOf('whk'),
        webhookName: z.string(),
        status: DeliveryStatus,
      }),
    ),
    note: z.string().nullable().meta({
      description: 'Why it led to no delivery, when it did not; and which filters refuse it',
    }),
  })
  .meta({ id: 'Event' });
export type AcceptedEvent = z.output<typeof AcceptedEvent>;

export const EventPage = pageOf('EventPage', AcceptedEvent);

export const EventTypeEntry = z
  .object({
    type: z.enum(EVENT_TYPES),
    description: z.string(),
    publishable: z.boolean().meta({
      description: 'False for test.ping and for what the product itself tells of its webhooks',
    }),
    subscribable: z.boolean().meta({ description: 'False for test.ping alone' }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of data' }),
    sample: z.record(z.string(), z.unknown()).meta({ description: 'A realistic data' }),
  })
  .meta({ id: 'EventType' });
export type EventTypeEntry = z.output<typeof EventTypeEntry>;

export const EventTypePage = pageOf('EventTypePage', EventTypeEntry);
