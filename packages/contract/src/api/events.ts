/** GET /v1/events, /v1/events/{id}. */
import { z } from 'zod';
import { DeliveryStatus } from './deliveries.ts';
import { subscribableType } from './event-types.ts';
import { idOf, time, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';

export const EventsQuery = z.strictObject({
  ...pageQuery,
  type: subscribableType.optional(),
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
