import {
  Member,
  type Member as MemberView,
  MemberPage,
  OneTimeLink,
  PageQuery,
  PatchMember,
} from '@sydx/contract';
import { requires, tenantOf } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { makeMemberResetLink } from '../../auth/links.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  changeRole,
  findMember,
  listMembers,
  type MemberChange,
  type MemberRow,
  removeMember,
} from '../../store/members.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';

const tags = ['Members'];

/** People of a tenant. */
export const registerMembers: RegisterRoutes = (app, context) => {
  const { database, auth } = context;
  const pool = database.general;

  app.get(
    '/v1/members',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'listMembers',
        summary: 'List members, newest first',
        querystring: PageQuery,
        response: answers({ 200: MemberPage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor('members', query);
      const rows = await listMembers(pool, tenantOf(request).no, query.limit + 1, before);
      return pageOfRows('members', query, rows, (row) => row.id, presentMember);
    },
  );

  app.patch(
    '/v1/members/:id',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'changeMember',
        summary: 'Change a role; holds within a second on every node',
        params: IdParams,
        body: PatchMember,
        response: answers({ 200: Member }),
      },
    },
    async (request) => {
      const id = knownId('per', request.params.id);
      const { no } = tenantOf(request);
      const member = changed(await changeRole(pool, no, id, request.body.role, actorOf(request)));
      auth.forget();
      return presentMember(member);
    },
  );

  app.delete(
    '/v1/members/:id',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'removeMember',
        summary: 'Remove a member; the sessions in this tenant end within a second on every node',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const id = knownId('per', request.params.id);
      changed(await removeMember(pool, tenantOf(request).no, id, actorOf(request)));
      auth.forget();
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/members/:id/reset-link',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'createResetLink',
        summary: 'Make a one-time link by which a member sets a new password within 24 hours',
        params: IdParams,
        response: answers({ 201: OneTimeLink }),
      },
    },
    async (request, reply) => {
      const id = knownId('per', request.params.id);
      const { no } = tenantOf(request);
      const member = await findMember(pool, no, id);
      if (member === null) throw new ProblemError('not_found');
      const link = await makeMemberResetLink(context, no, member, actorOf(request));
      const { url, expires_at: expiresAt } = link;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  );
};

/** @throws ProblemError not_found, last_admin */
function changed(change: MemberChange): MemberRow {
  if (change === 'unknown') throw new ProblemError('not_found');
  if (change === 'last-admin') throw new ProblemError('last_admin');
  return change;
}

function presentMember(row: MemberRow): MemberView {
  return {
    id: formatId('per', row.id),
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  };
}
