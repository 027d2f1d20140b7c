import {
  CreateEventType,
  EventTypeEntry,
  EventTypePage,
  eventTypeNameProblem,
  isEventType,
  LIMITS,
  PageQuery,
  PatchEventType,
} from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requires, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  changeEventType,
  createEventType,
  deleteEventType,
} from '../../store/change-event-type.ts';
import { findEventType, listEventTypes } from '../../store/event-types.ts';
import { answers, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { CATALOGUE } from './catalogue.ts';
import { inUse, judgeContent } from './judge.ts';
import { presentEventType } from './presenter.ts';

const LIST = 'event-types';
const tags = ['Event types'];
/** Whoever may call at all may know what there is to publish and to subscribe to. */
const read = requires(null, WITH_PORTAL);
/** An operator's key without Sydx-Tenant works on what is for every tenant. */
const write = requires('webhooks:admin', { tenant: 'optional' });
const TypeParams = z.object({ type: z.string() });

/** Whose event types the request is about; null: the operator's. */
function ownerOf(request: FastifyRequest): number | null {
  return request.actingTenant?.no ?? null;
}

/** The catalogue comes first: its places in the list are below any row's id. */
interface Listed {
  readonly id: string;
  readonly entry: EventTypeEntry;
}
const BUILT_IN: readonly Listed[] = CATALOGUE.map((entry, index) => ({
  id: String(index + 1),
  entry,
}));

/** @throws ProblemError event_type_fixed, not_found: nobody changes these */
function refuseBuiltIn(type: string): void {
  if (isEventType(type)) {
    throw new ProblemError('event_type_fixed', {
      detail: `${type} is built in: it cannot be changed or deleted.`,
    });
  }
  if (eventTypeNameProblem(type) !== null) throw new ProblemError('not_found');
}

export const registerEventTypes: RegisterRoutes = (app, context) => {
  const { database, engine } = context;
  const pool = database.general;

  /** What a change answers when there is nothing of the caller's to change. */
  async function notTheirs(tenantNo: number | null, type: string): Promise<ProblemError> {
    const known = tenantNo === null ? null : await findEventType(pool, tenantNo, type);
    if (known === null) return new ProblemError('not_found');
    return new ProblemError('event_type_fixed', {
      detail: `The operator registered ${type} for every account: only the operator changes it.`,
    });
  }

  app.get(
    '/v1/event-types',
    {
      ...read,
      schema: {
        tags,
        operationId: 'listEventTypes',
        summary: 'The event types, each with a description, a JSON Schema and a sample',
        description: 'Those of the catalogue, then those that were registered, oldest first.',
        querystring: PageQuery,
        response: answers({ 200: EventTypePage }),
      },
    },
    async (request) => {
      const { query } = request;
      const after = readCursor(LIST, query) ?? '0';
      const builtIn = BUILT_IN.filter(({ id }) => BigInt(id) > BigInt(after));
      const room = query.limit + 1 - builtIn.length;
      const rows = room > 0 ? await listEventTypes(pool, ownerOf(request), room, after) : [];
      const all = [
        ...builtIn,
        ...rows.map((row) => ({ id: row.id, entry: presentEventType(row) })),
      ];
      return pageOfRows(
        LIST,
        query,
        all,
        ({ id }) => id,
        ({ entry }) => entry,
      );
    },
  );

  app.post(
    '/v1/event-types',
    {
      ...write,
      schema: {
        tags,
        operationId: 'createEventType',
        summary: 'Register an event type of your own',
        description:
          'From then on events of it can be published, judged by its schema, and webhooks can ' +
          "subscribe to it. An operator's key without Sydx-Tenant registers it for every tenant.",
        body: CreateEventType,
        response: answers({ 201: EventTypeEntry }),
      },
    },
    async (request, reply) => {
      const tenantNo = ownerOf(request);
      judgeContent(request.body);
      const made = await createEventType(
        pool,
        { tenantNo, ...request.body },
        LIMITS.eventTypesPerTenant,
        actorOf(request),
      );
      if (made === 'full') throw new ProblemError('event_type_limit');
      if (made === 'taken') {
        throw new ProblemError('conflict', {
          detail: `There is an event type ${request.body.type} already. Choose another name.`,
          errors: [{ pointer: '/type', detail: 'is registered already' }],
        });
      }
      engine.eventTypes.forget();
      return reply.code(201).send(presentEventType(made));
    },
  );

  app.get(
    '/v1/event-types/:type',
    {
      ...read,
      schema: {
        tags,
        operationId: 'getEventType',
        summary: 'Read an event type',
        params: TypeParams,
        response: answers({ 200: EventTypeEntry }),
      },
    },
    async (request) => {
      const { type } = request.params;
      const builtIn = CATALOGUE.find((entry) => entry.type === type);
      if (builtIn !== undefined) return builtIn;
      const isName = eventTypeNameProblem(type) === null;
      const row = isName ? await findEventType(pool, ownerOf(request), type) : null;
      if (row === null) throw new ProblemError('not_found');
      return presentEventType(row);
    },
  );

  app.patch(
    '/v1/event-types/:type',
    {
      ...write,
      schema: {
        tags,
        operationId: 'changeEventType',
        summary: 'Change what an event type that you registered says',
        description:
          'A new schema judges what is published from then on, on every node within a second. What ' +
          'is stored stays as it is and is delivered, retried and replayed as before.',
        params: TypeParams,
        body: PatchEventType,
        response: answers({ 200: EventTypeEntry }),
      },
    },
    async (request) => {
      const { type } = request.params;
      const { description, schema, sample } = request.body;
      refuseBuiltIn(type);
      if (description === undefined && schema === undefined && sample === undefined) {
        throw new ProblemError('invalid_body', {
          detail: 'Send at least one of description, schema and sample.',
          errors: [{ pointer: '', detail: 'must hold at least one field' }],
        });
      }
      const tenantNo = ownerOf(request);
      const changed = await changeEventType(
        pool,
        tenantNo,
        type,
        (stored) => {
          const content = {
            description: description ?? stored.description,
            schema: schema ?? stored.schema,
            sample: sample ?? stored.sample,
          };
          judgeContent(content);
          return content;
        },
        actorOf(request),
      );
      if (changed === null) throw await notTheirs(tenantNo, type);
      engine.eventTypes.forget();
      return presentEventType(changed);
    },
  );

  app.delete(
    '/v1/event-types/:type',
    {
      ...write,
      schema: {
        tags,
        operationId: 'deleteEventType',
        summary: 'Delete an event type that no webhook subscribes to',
        description: 'Events of it that are stored stay, with their deliveries.',
        params: TypeParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const { type } = request.params;
      refuseBuiltIn(type);
      const tenantNo = ownerOf(request);
      const subscribers = await deleteEventType(pool, tenantNo, type, actorOf(request));
      if (subscribers === null) throw await notTheirs(tenantNo, type);
      if (subscribers.length > 0) throw inUse(type, tenantNo, subscribers);
      engine.eventTypes.forget();
      return reply.code(204).send(null);
    },
  );
};
