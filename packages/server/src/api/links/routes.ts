import { AcceptLink, InspectLink, LinkPurpose, Session } from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { openToAll } from '../../auth/access.ts';
import { acceptLink, type LinkVisitor } from '../../auth/accept-link.ts';
import { inspectLink } from '../../auth/links.ts';
import { answers } from '../answers.ts';
import type { ApiContext, RegisterRoutes } from '../context.ts';
import { letIn, visitorOf } from '../session/visitor.ts';

const tags = ['Session'];

/** One-time links of people. The token in the body is what lets them in. */
export const registerLinks: RegisterRoutes = (app, context) => {
  app.post(
    '/v1/links/inspect',
    {
      ...openToAll(),
      schema: {
        tags,
        operationId: 'inspectLink',
        summary: 'What an invitation or a reset link is for; uses nothing up',
        body: InspectLink,
        response: answers({ 200: LinkPurpose }),
      },
    },
    async (request) => {
      const { principal } = await linkVisitorOf(request, context);
      return inspectLink(context.database, request.body.token, principal?.personId ?? null);
    },
  );

  app.post(
    '/v1/links/accept',
    {
      ...openToAll(),
      schema: {
        tags,
        operationId: 'acceptLink',
        summary: 'Accept an invitation or set a new password; the answer sets the session cookie',
        body: AcceptLink,
        response: answers({ 200: Session }),
      },
    },
    async (request, reply) => {
      const visitor = await linkVisitorOf(request, context);
      return letIn(reply, context, await acceptLink(context, request.body, visitor));
    },
  );
};

async function linkVisitorOf(request: FastifyRequest, context: ApiContext): Promise<LinkVisitor> {
  const visitor = visitorOf(request, context);
  const principal = visitor.token === null ? null : await context.auth.session(visitor.token);
  return { ...visitor, principal };
}
