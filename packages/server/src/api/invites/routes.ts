import {
  CreatedInvite,
  CreateInvite,
  type Invite as InviteView,
  InvitePage,
  PageQuery,
} from '@sydx/contract';
import { requires, tenantOf } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { makeLink } from '../../auth/links.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import { type InviteRow, listInvites, revokeInvite } from '../../store/invites.ts';
import { isMember } from '../../store/members.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';

const tags = ['Members'];

/** Invitations: links that the admin hands over, since this product sends no e-mail. */
export const registerInvites: RegisterRoutes = (app, context) => {
  const pool = context.database.general;

  app.post(
    '/v1/invites',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'createInvite',
        summary: 'Invite somebody; the link is shown in this answer only and works for 7 days',
        description: 'An invitation to the same address replaces the one before.',
        body: CreateInvite,
        response: answers({ 201: CreatedInvite }),
      },
    },
    async (request, reply) => {
      const { no: tenantNo } = tenantOf(request);
      const { email, role } = request.body;
      if (await isMember(pool, tenantNo, email)) {
        throw new ProblemError('conflict', {
          detail: `${email} is a member already.`,
          errors: [{ pointer: '/email', detail: 'is a member already' }],
        });
      }
      const kind = { purpose: 'invite', tenantNo, email, role } as const;
      const link = await makeLink(context, kind, actorOf(request));
      return reply.code(201).send({ ...presentInvite({ ...link, email, role }), url: link.url });
    },
  );

  app.get(
    '/v1/invites',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'listInvites',
        summary: 'List invitations that can still be accepted, newest first',
        querystring: PageQuery,
        response: answers({ 200: InvitePage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor('invites', query);
      const rows = await listInvites(pool, tenantOf(request).no, query.limit + 1, before);
      return pageOfRows('invites', query, rows, (row) => row.id, presentInvite);
    },
  );

  app.delete(
    '/v1/invites/:id',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'deleteInvite',
        summary: 'Take an invitation back; its link is unknown from now on',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const id = knownId('inv', request.params.id);
      if (!(await revokeInvite(pool, tenantOf(request).no, id, actorOf(request)))) {
        throw new ProblemError('not_found');
      }
      return reply.code(204).send(null);
    },
  );
};

function presentInvite(row: InviteRow): InviteView {
  return {
    id: formatId('inv', row.id),
    email: row.email,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
