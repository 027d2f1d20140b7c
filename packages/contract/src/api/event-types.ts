/** GET, POST /v1/event-types · GET, PATCH, DELETE /v1/event-types/{type} */
import { z } from 'zod';
import { eventTypeNameProblem, isCustomEventTypeName } from '../event-types/names.ts';
import { isEventType, isSubscribable, SUBSCRIBABLE_EVENT_TYPES } from '../events.ts';
import { LIMITS } from '../limits.ts';
import { setOf, time, untouchedObject } from './fields.ts';
import { pageOf } from './page.ts';

const NO_SUCH_TYPE = 'is not an event type of GET /v1/event-types';

/** A type that a webhook may subscribe to. Whether the account has it is known to the database alone. */
export const subscribableType = z
  .string()
  .refine((type) => isSubscribable(type) || isCustomEventTypeName(type), { message: NO_SUCH_TYPE })
  .meta({
    description: 'One of the catalogue, or one that was registered',
    examples: [...SUBSCRIBABLE_EVENT_TYPES, 'order.paid'],
  });

/** The event types that a webhook subscribes to. */
export const subscribedEvents = setOf(subscribableType);

/** A type to look for: those that are registered no more still have events and deliveries. */
export const soughtType = z
  .string()
  .refine((type) => isEventType(type) || isCustomEventTypeName(type), { message: NO_SUCH_TYPE });

const description = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LIMITS.descriptionCharacters, `must have at most ${LIMITS.descriptionCharacters} characters`)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not hold control characters')
  .meta({ description: 'When it is triggered' });

const schema = untouchedObject.meta({
  type: 'object',
  description: 'JSON Schema 2020-12 of data, as far as the documentation says',
});
const sample = untouchedObject.meta({
  type: 'object',
  description: 'A realistic data; it fits the schema',
});

export const CreateEventType = z
  .strictObject({
    type: z
      .string()
      .superRefine((name, context) => {
        const problem = eventTypeNameProblem(name);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .meta({ examples: ['order.paid'] }),
    description,
    schema,
    sample,
  })
  .meta({ id: 'CreateEventType' });
export type CreateEventType = z.output<typeof CreateEventType>;

export const PatchEventType = z
  .strictObject({
    description: description.optional(),
    schema: schema.optional(),
    sample: sample.optional(),
  })
  .meta({ id: 'PatchEventType' });
export type PatchEventType = z.output<typeof PatchEventType>;

/** Who an event type comes from. */
export const EVENT_TYPE_ORIGINS = ['product', 'operator', 'tenant'] as const;

export const EventTypeEntry = z
  .object({
    type: z.string(),
    description: z.string(),
    origin: z.enum(EVENT_TYPE_ORIGINS).meta({
      description: 'product: built in; operator: registered for all; tenant: registered by yours',
    }),
    publishable: z.boolean().meta({
      description: 'False for test.ping and for what the product itself tells of its webhooks',
    }),
    subscribable: z.boolean().meta({ description: 'False for test.ping alone' }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of data' }),
    sample: z.record(z.string(), z.unknown()).meta({ description: 'A realistic data' }),
    createdAt: time.nullable().meta({ description: 'Null for what is built in' }),
    updatedAt: time.nullable(),
  })
  .meta({ id: 'EventType' });
export type EventTypeEntry = z.output<typeof EventTypeEntry>;

export const EventTypePage = pageOf('EventTypePage', EventTypeEntry);
