import { ChangePassword, Session, SignIn, SwitchTenant } from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { openToAll, principalOf, requiresSession } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import type { PersonPrincipal, PortalPrincipal } from '../../auth/principal.ts';
import { noSessionCookie } from '../../auth/session-cookie.ts';
import { changePassword, signIn } from '../../auth/sign-in.ts';
import { addressOf } from '../../base/network.ts';
import { ProblemError } from '../../base/problem.ts';
import { endAllSessions, endSession, switchTenant } from '../../store/sessions.ts';
import { answers, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { presentSession } from './presenter.ts';
import { letIn, visitorOf } from './visitor.ts';

const tags = ['Session'];

function sessionOf(request: FastifyRequest): PersonPrincipal | PortalPrincipal {
  const principal = principalOf(request);
  if (principal.kind === 'key') throw new Error('A key came through to a session.');
  return principal;
}

function personOf(request: FastifyRequest): PersonPrincipal {
  const principal = principalOf(request);
  if (principal.kind !== 'person') throw new Error('Nobody came through as a person.');
  return principal;
}

/** One's own session: agents and tenants of every plan have one, too. */
export const registerSession: RegisterRoutes = (app, context) => {
  const { database, auth, publicUrl } = context;
  const pool = database.general;

  app.post(
    '/v1/session',
    {
      ...openToAll(),
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Sign in with e-mail address and password; the answer sets the session cookie',
        body: SignIn,
        response: answers({ 200: Session }),
      },
    },
    async (request, reply) => {
      const opened = await signIn(context, request.body, visitorOf(request, context));
      return letIn(reply, context, opened);
    },
  );

  app.get(
    '/v1/session',
    {
      ...requiresSession('person', 'portal'),
      schema: {
        tags,
        operationId: 'getSession',
        summary: 'Who is signed in, in which tenant, as what',
        response: answers({ 200: Session }),
      },
    },
    async (request) => presentSession(database, sessionOf(request).sessionId),
  );

  app.patch(
    '/v1/session',
    {
      ...requiresSession('person'),
      schema: {
        tags,
        operationId: 'switchTenant',
        summary: 'Act in another tenant of this person',
        body: SwitchTenant,
        response: answers({ 200: Session }),
      },
    },
    async (request) => {
      const { sessionId, personId } = personOf(request);
      const session = { id: sessionId, personId };
      if (!(await switchTenant(pool, session, request.body.tenantId))) {
        throw new ProblemError('not_found', { detail: 'You belong to no tenant of this id.' });
      }
      auth.forget();
      return presentSession(database, sessionId);
    },
  );

  app.delete(
    '/v1/session',
    {
      ...requiresSession('person', 'portal'),
      schema: {
        tags,
        operationId: 'signOut',
        summary: 'Sign out here',
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const { sessionId, tenant } = sessionOf(request);
      await endSession(pool, sessionId, tenant.no, actorOf(request));
      auth.forget();
      return reply.code(204).header('set-cookie', noSessionCookie(publicUrl())).send(null);
    },
  );

  app.delete(
    '/v1/sessions',
    {
      ...requiresSession('person'),
      schema: {
        tags,
        operationId: 'signOutEverywhere',
        summary: 'Sign out everywhere, here included',
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const { personId, tenant } = personOf(request);
      await endAllSessions(pool, personId, tenant.no, actorOf(request));
      auth.forget();
      return reply.code(204).header('set-cookie', noSessionCookie(publicUrl())).send(null);
    },
  );

  app.post(
    '/v1/password',
    {
      ...requiresSession('person'),
      schema: {
        tags,
        operationId: 'changePassword',
        summary: "Change one's password; every other session of this person ends",
        body: ChangePassword,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      await changePassword(context, personOf(request), request.body, addressOf(request));
      auth.forget();
      return reply.code(204).send(null);
    },
  );
};
