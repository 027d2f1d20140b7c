import {
  AcceptedEvent,
  EventPage,
  EventsQuery,
  PublishBatchAnswer,
  PublishOneAnswer,
  PublishRequest,
} from '@sydx/contract';
import { z } from 'zod';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { ProblemError } from '../../base/problem.ts';
import { type EventRow, listEvents, readEvent } from '../../store/events.ts';
import { idRange } from '../../store/id-range.ts';
import { listUnmatchedEvents } from '../../store/unmatched-events.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfSearch, readCursor } from '../page.ts';
import { readBounds } from '../time-filter.ts';
import { presentEvents } from './present-events.ts';
import { publish } from './publish.ts';
import { limitPublishing } from './publish-limit.ts';

const LIST = 'events';
const tags = ['Events'];
const idOf = ({ id }: EventRow): string => id;
const asItIs = (event: EventRow): EventRow => event;

export const registerEvents: RegisterRoutes = (app, context) => {
  const { database, settings, clock } = context;
  const limit = limitPublishing(settings.publishRateLimit, clock);

  app.post(
    '/v1/events',
    {
      ...requires('events:write', { tenant: 'optional' }),
      schema: {
        tags,
        operationId: 'publishEvents',
        summary: 'Publish one event, or up to 1,000 at once, all or nothing',
        description:
          '202 means committed to disk. The same idempotencyKey within 24 hours answers the first ' +
          "id and adds nothing. An operator's key names the tenant in each event.",
        body: PublishRequest,
        response: answers({ 202: z.union([PublishOneAnswer, PublishBatchAnswer]) }),
      },
      // The contract's own reading judges it, once, with sentences that name the bad field.
      validatorCompiler: () => (body: unknown) => ({ value: body }),
    },
    async (request, reply) => {
      if (request.body === undefined || request.body === null) {
        throw new ProblemError('malformed_json', { detail: 'The body is empty: send JSON.' });
      }
      const answer = await publish(request, context, limit);
      return reply
        .code(202)
        .type('application/json; charset=utf-8')
        .send(answer as never);
    },
  );

  app.get(
    '/v1/events',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'listEvents',
        summary: 'List what was accepted, newest first',
        description:
          'type looks through 50,000 events at most, unmatched=true through 10,000: a page may be ' +
          'short, or empty, and still have a nextCursor by which the search goes on.',
        querystring: EventsQuery,
        response: answers({ 200: EventPage }),
      },
    },
    async (request) => {
      const { no: tenantNo } = tenantOf(request);
      const { query } = request;
      const { fromMs, toMs } = readBounds(query);
      const range = idRange(fromMs, toMs, readCursor(LIST, query) ?? undefined);
      const filter = { tenantNo, type: query.type, range, limit: query.limit + 1 };
      const list = query.unmatched === true ? listUnmatchedEvents : listEvents;
      const found = await list(database.general, filter);
      const page = pageOfSearch(LIST, query, found, idOf, asItIs);
      return { ...page, data: await presentEvents(database, tenantNo, page.data) };
    },
  );

  app.get(
    '/v1/events/:id',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'getEvent',
        summary: 'Read an event with the deliveries it led to',
        params: IdParams,
        response: answers({ 200: AcceptedEvent }),
      },
    },
    async (request) => {
      const { no: tenantNo } = tenantOf(request);
      const event = await readEvent(database.general, tenantNo, knownId('evt', request.params.id));
      if (event === null) throw new ProblemError('not_found');
      const [presented] = await presentEvents(database, tenantNo, [event]);
      if (presented === undefined) throw new Error('An event was lost on the way to its reader.');
      return presented;
    },
  );
};
