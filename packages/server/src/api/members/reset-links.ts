import { CreateResetLink, OneTimeLink } from '@sydx/contract';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { makeOperatorResetLink } from '../../auth/links.ts';
import { ProblemError } from '../../base/problem.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';

/** What the operator's command line calls for somebody whom no admin can help. */
export const registerResetLinks: RegisterRoutes = (app, context) => {
  app.post(
    '/v1/reset-links',
    {
      ...requires('operator'),
      schema: {
        tags: ['Members'],
        operationId: 'createResetLinkByEmail',
        summary: 'Make a one-time password link for anybody, by the operator',
        body: CreateResetLink,
        response: answers({ 201: OneTimeLink }),
      },
    },
    async (request, reply) => {
      const link = await makeOperatorResetLink(context, request.body.email, actorOf(request));
      if (link === null) {
        throw new ProblemError('not_found', { detail: 'Nobody has this e-mail address.' });
      }
      return reply.code(201).send({ url: link.url, expiresAt: link.expires_at.toISOString() });
    },
  );
};
