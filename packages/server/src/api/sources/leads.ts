import { LeadFetching, RetryLeadsAnswer, SourceLeadPage, SourceLeadQuery } from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import { listSourceLeads, readFetching, retrySourceLeads } from '../../store/source-leads.ts';
import { findSource } from '../../store/sources.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { presentFetching, presentLead } from './present-leads.ts';

const LIST = 'source-leads';
const tags = ['Sources'];
/** As for sources: an operator's key without Sydx-Tenant works on the operator's own. */
const access = requires('webhooks:admin', { tenant: 'optional' });

/** Leads that Meta announced to a source: what waits to be fetched, and what could not be. */
export const registerSourceLeads: RegisterRoutes = (app, { database }) => {
  const pool = database.general;

  /** @throws ProblemError not_found for another tenant's source */
  async function ownSource(request: FastifyRequest): Promise<string> {
    const { id } = request.params as { id: string };
    const row = await findSource(pool, request.actingTenant?.no ?? null, knownId('src', id));
    if (row === null) throw new ProblemError('not_found');
    return row.id;
  }

  app.get(
    '/v1/sources/:id/leads',
    {
      ...access,
      schema: {
        tags,
        operationId: 'listSourceLeads',
        summary: 'List leads that Meta announced to this source, newest first',
        description:
          "Of a meta-leads source; others have none. What the person answered is in the event's " +
          'data, not here.',
        params: IdParams,
        querystring: SourceLeadQuery,
        response: answers({ 200: SourceLeadPage }),
      },
    },
    async (request) => {
      const sourceId = await ownSource(request);
      const { query } = request;
      const before = readCursor(LIST, query);
      const rows = await listSourceLeads(pool, sourceId, query.state, query.limit + 1, before);
      return pageOfRows(LIST, query, rows, (row) => row.id, presentLead);
    },
  );

  app.get(
    '/v1/sources/:id/lead-fetching',
    {
      ...access,
      schema: {
        tags,
        operationId: 'getLeadFetching',
        summary: "How the fetching of this source's leads stands",
        params: IdParams,
        response: answers({ 200: LeadFetching }),
      },
    },
    async (request) => presentFetching(await readFetching(pool, await ownSource(request))),
  );

  app.post(
    '/v1/sources/:id/retry',
    {
      ...access,
      schema: {
        tags,
        operationId: 'retrySourceLeads',
        summary: 'Fetch all leads that wait or failed again, now',
        description:
          'Also ends the pause after Meta refused the token. Leads that Meta has deleted stay failed.',
        params: IdParams,
        response: answers({ 202: RetryLeadsAnswer }),
      },
    },
    async (request, reply) => {
      const id = knownId('src', request.params.id);
      const tenantNo = request.actingTenant?.no ?? null;
      const count = await retrySourceLeads(pool, tenantNo, id, actorOf(request));
      if (count === null) throw new ProblemError('not_found');
      return reply.code(202).send({ count });
    },
  );
};
