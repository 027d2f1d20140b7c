import {
  EVENT_TYPES,
  eventJsonSchema,
  EVENTS,
  type EventTypeEntry,
  EventTypePage,
  isPublishable,
  isSubscribable,
  PageQuery,
} from '@sydx/contract';
import { requires, WITH_PORTAL } from '../../auth/access.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { pageOfRows, readCursor } from '../page.ts';

type Numbered = { readonly id: string; readonly entry: EventTypeEntry };
const idOf = ({ id }: Numbered): string => id;
const entryOf = ({ entry }: Numbered): EventTypeEntry => entry;

/** The catalogue. It belongs to no tenant: any valid key may read it. */
export const registerEventTypes: RegisterRoutes = (app) => {
  const catalogue = EVENT_TYPES.map(
    (type): EventTypeEntry => ({
      type,
      description: EVENTS[type].description,
      publishable: isPublishable(type),
      subscribable: isSubscribable(type),
      schema: eventJsonSchema(type),
      sample: EVENTS[type].sample,
    }),
  );

  app.get(
    '/v1/event-types',
    {
      ...requires(null, WITH_PORTAL),
      schema: {
        tags: ['Events'],
        operationId: 'listEventTypes',
        summary: 'The event types, each with a description, a JSON Schema and a sample',
        querystring: PageQuery,
        response: answers({ 200: EventTypePage }),
      },
    },
    async ({ query }) => {
      const start = Number(readCursor('event-types', query) ?? 0);
      const rows = catalogue
        .map((entry, index) => ({ entry, id: String(index + 1) }))
        .slice(start, start + query.limit + 1);
      return pageOfRows('event-types', query, rows, idOf, entryOf);
    },
  );
};
