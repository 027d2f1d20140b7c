import {
  AcceptedEvent,
  EventPage,
  EventsQuery,
  PublishBatchAnswer,
  PublishOneAnswer,
  PublishRequest,
} from '@sydx/contract';
import { z } from 'zod';
import { requires, tenantOf } from '../../auth/access.ts';
import { ProblemError } from '../../base/problem.ts';
import { deliveriesOfEvents } from '../../store/deliveries-of-events.ts';
import { listEvents, readEvent } from '../../store/events.ts';
import { idRange } from '../../store/id-range.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { readBounds } from '../time-filter.ts';
import { presentEvent } from './presenter.ts';
import { publish } from './publish.ts';

const LIST = 'events';
const tags = ['Events'];

export const registerEvents: RegisterRoutes = (app, context) => {
  const { database } = context;

  app.post(
    '/v1/events',
    {
      ...requires('events:write', 'optional'),
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
      const answer = await publish(request, context);
      return reply
        .code(202)
        .type('application/json; charset=utf-8')
        .send(answer as never);
    },
  );

  app.get(
    '/v1/events',
    {
      ...requires('deliveries:read'),
      schema: {
        tags,
        operationId: 'listEvents',
        summary: 'List what was accepted, newest first',
        querystring: EventsQuery,
        response: answers({ 200: EventPage }),
      },
    },
    async (request) => {
      const { no: tenantNo } = tenantOf(request);
      const { query } = request;
      const { fromMs, toMs } = readBounds(query);
      const range = idRange(fromMs, toMs, readCursor(LIST, query) ?? undefined);
      const limit = query.limit + 1;
      const rows = await listEvents(database.general, { tenantNo, type: query.type, range, limit });
      const shown = rows.slice(0, query.limit).map(({ id }) => id);
      const deliveries = await deliveriesOfEvents(database.general, tenantNo, shown);
      const byEvent = Map.groupBy(deliveries, (delivery) => delivery.event_id);
      return pageOfRows(
        LIST,
        query,
        rows,
        ({ id }) => id,
        (event) => presentEvent(event, byEvent.get(event.id) ?? []),
      );
    },
  );

  app.get(
    '/v1/events/:id',
    {
      ...requires('deliveries:read'),
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
      return presentEvent(event, await deliveriesOfEvents(database.general, tenantNo, [event.id]));
    },
  );
};
