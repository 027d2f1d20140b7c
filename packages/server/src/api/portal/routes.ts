import { OneTimeLink, OpenPortal, PortalSession } from '@sydx/contract';
import { openToAll, requires, tenantOf } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { makeLink } from '../../auth/links.ts';
import { openPortal } from '../../auth/open-portal.ts';
import { addressOf } from '../../base/network.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';

const tags = ['Portal'];

/** The dashboard inside of the CRM: a link by API key, exchanged by the frame that opens it. */
export const registerPortal: RegisterRoutes = (app, context) => {
  app.post(
    '/v1/portal-links',
    {
      // Nobody who came in by a link, or sits at a screen, makes links for others.
      ...requires('webhooks:admin', { callers: ['key'] }),
      schema: {
        tags,
        operationId: 'createPortalLink',
        summary: 'Make a link that opens webhooks and logs of this tenant as its admin',
        description:
          'It works once and within 5 minutes; what it opens ends after 60. Put it into an iframe ' +
          'of an origin in PORTAL_ORIGINS, or redirect to it.',
        response: answers({ 201: OneTimeLink }),
      },
    },
    async (request, reply) => {
      const { no: tenantNo } = tenantOf(request);
      const { url, expires_at: expiresAt } = await makeLink(
        context,
        { purpose: 'portal', tenantNo },
        actorOf(request),
      );
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  );

  app.post(
    '/v1/portal-sessions',
    {
      ...openToAll(),
      schema: {
        tags,
        operationId: 'openPortal',
        summary: "Exchange a portal link's token for a bearer token, once",
        body: OpenPortal,
        response: answers({ 200: PortalSession }),
      },
    },
    async (request) => openPortal(context, request.body.token, addressOf(request)),
  );
};
