import {
  PageQuery,
  PublishOneAnswer,
  RejectedEventDetail,
  RejectedEventPage,
} from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import { discardRejected, retryRejected } from '../../outbox/settle-rejected.ts';
import { findRejected, listRejected } from '../../store/outbox-rejected.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { presentRejected, presentRejectedInFull } from './presenter.ts';

const LIST = 'rejected-events';
const tags = ['Rejected events'];
/** An operator's key without Sydx-Tenant sees those of every tenant, and of tenants that do not exist. */
const access = requires('webhooks:admin', { tenant: 'optional' });

/** Null: of any. */
function tenantIdOf(request: FastifyRequest): string | null {
  return request.actingTenant?.id ?? null;
}

/** What producers published in their own transactions and what could not be accepted. */
export const registerRejectedEvents: RegisterRoutes = (app, { database, engine }) => {
  const pool = database.general;

  app.get(
    '/v1/rejected-events',
    {
      ...access,
      schema: {
        tags,
        operationId: 'listRejectedEvents',
        summary: 'List events of an outbox that could not be accepted, newest first',
        querystring: PageQuery,
        response: answers({ 200: RejectedEventPage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor(LIST, query);
      const rows = await listRejected(pool, tenantIdOf(request), query.limit + 1, before);
      return pageOfRows(LIST, query, rows, (row) => row.id, presentRejected);
    },
  );

  app.get(
    '/v1/rejected-events/:id',
    {
      ...access,
      schema: {
        tags,
        operationId: 'getRejectedEvent',
        summary: 'Read a rejected event with its data',
        params: IdParams,
        response: answers({ 200: RejectedEventDetail }),
      },
    },
    async (request) => {
      const id = knownId('rej', request.params.id);
      const row = await findRejected(pool, tenantIdOf(request), id);
      if (row === null) throw new ProblemError('not_found');
      return presentRejectedInFull(row);
    },
  );

  app.post(
    '/v1/rejected-events/:id/retry',
    {
      ...access,
      schema: {
        tags,
        operationId: 'retryRejectedEvent',
        summary: 'Publish a rejected event after all',
        description:
          'Once what it was rejected for is mended, such as a tenant that did not exist. It has the ' +
          'time at which it was published. Still rejected, it answers the problem of now and stays.',
        params: IdParams,
        response: answers({ 202: PublishOneAnswer }),
      },
    },
    async (request, reply) => {
      const which = { tenant: tenantIdOf(request), id: knownId('rej', request.params.id) };
      const eventId = await retryRejected({ engine, pool }, which, actorOf(request));
      if (eventId === null) throw new ProblemError('not_found');
      return reply.code(202).send({ id: formatId('evt', eventId) });
    },
  );

  app.delete(
    '/v1/rejected-events/:id',
    {
      ...access,
      schema: {
        tags,
        operationId: 'discardRejectedEvent',
        summary: 'Discard a rejected event: it is never published',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const which = { tenant: tenantIdOf(request), id: knownId('rej', request.params.id) };
      if (!(await discardRejected(pool, which, actorOf(request)))) {
        throw new ProblemError('not_found');
      }
      return reply.code(204).send(null);
    },
  );
};
