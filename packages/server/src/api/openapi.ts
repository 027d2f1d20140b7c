import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { createSchemaTransforms } from './describe-schemas.ts';

/** The reference works on a machine without internet, and says nothing to anybody about its reader. */
const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";

const TAGS = [
  { name: 'Events', description: 'What happened: published, immutable, listed newest first' },
  {
    name: 'Event types',
    description: 'What can be published and subscribed to, built in or registered',
  },
  { name: 'Webhooks', description: 'What an admin creates: where events of which types are sent' },
  { name: 'Deliveries', description: 'One event on its way to one webhook, with its attempts' },
  { name: 'Inboxes', description: 'URLs of this server that keep and show what arrives' },
  { name: 'Sources', description: 'Where real events enter from outside the CRM' },
  {
    name: 'Rejected events',
    description: 'Published in a transaction of the CRM, and not accepted afterwards',
  },
  { name: 'API keys', description: 'Keys of a tenant, each with its scopes' },
  { name: 'Session', description: 'Signing in and out, the session itself, one-time links' },
  { name: 'Members', description: 'People of a tenant, and who is invited' },
  { name: 'Portal', description: 'The dashboard inside of the CRM' },
  { name: 'Audit log', description: 'Who changed what and when' },
  { name: 'Tenants', description: "CRM accounts, by the operator's key" },
  { name: 'Secrets', description: "How secrets are sealed at rest, by the operator's key" },
  { name: 'Health', description: 'For load balancers and Prometheus' },
];

/** Describes every route that is registered after it: /openapi.json, and /docs to read it. */
export function describeApi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sydx AI Outbound Webhooks',
        version: '1',
        description:
          'Every event of the CRM, signed, delivered, retried and logged. Errors are problem ' +
          'documents (RFC 9457).',
      },
      servers: [{ url: '/' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key. An operator acts in a tenant by naming it in the header Sydx-Tenant.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'sydx_session',
            description:
              'An admin who signed in by POST /v1/session. Over https the cookie is called ' +
              '__Host-sydx_session. Requests that change something are refused from other sites.',
          },
          portal: {
            type: 'http',
            scheme: 'bearer',
            description: 'What POST /v1/portal-sessions answered: webhooks and logs of one tenant.',
          },
        },
      },
    },
    ...createSchemaTransforms(),
  });

  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json').send(document);
  });

  app.register(reference, {
    routePrefix: '/docs',
    logLevel: 'silent',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Sydx AI Outbound Webhooks API',
      withDefaultFonts: false,
      telemetry: false,
      // Buttons that lead to services of others.
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      authentication: { preferredSecurityScheme: 'apiKey' },
    },
    hooks: {
      onRequest: (_request, reply, done) => {
        void reply.header('content-security-policy', REFERENCE_POLICY);
        done();
      },
    },
  });
}
