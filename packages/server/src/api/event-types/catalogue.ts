import {
  EVENT_TYPES,
  eventJsonSchema,
  EVENTS,
  type EventTypeEntry,
  isPublishable,
  isSubscribable,
} from '@sydx/contract';

/** What is built in: the same for everybody. */
export const CATALOGUE: readonly EventTypeEntry[] = EVENT_TYPES.map((type) => ({
  type,
  description: EVENTS[type].description,
  origin: 'product',
  publishable: isPublishable(type),
  subscribable: isSubscribable(type),
  schema: eventJsonSchema(type),
  sample: EVENTS[type].sample,
  createdAt: null,
  updatedAt: null,
}));
