import { LIMITS } from '@sydx/contract';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { guardRoutes } from '../auth/guard-routes.ts';
import { createAuth } from '../auth/auth.ts';
import { Passwords } from '../auth/passwords.ts';
import { INBOX_PATH } from '../base/inbox-url.ts';
import { ProblemError } from '../base/problem.ts';
import { readBodiesExactly } from './bodies.ts';
import type { ApiParts, ApiServer, RegisterRoutes } from './context.ts';
import { registerInboxDoor } from './inboxes/door.ts';
import { HTTP_OPTIONS, refuseForNode } from './node-refusals.ts';
import { describeApi } from './openapi.ts';
import { registerHealth } from './health/routes.ts';
import { AGAIN_SOON, answerErrors, sendProblem, toProblem } from './problems.ts';
import { watchRequests } from './request-log.ts';
import { NOUNS } from './routes.ts';
import { SECURITY_HEADERS, sendSecurityHeaders } from './security-headers.ts';
import { answerSocketError, noteExchanges } from './socket-errors.ts';
import { answerUnknownRoutes } from './unknown-routes.ts';
import { validateByZod } from './validation.ts';

/** What a node that is stopping still answers, beside inboxes: its own deliveries under way may finish. */
const ANSWERED_WHILE_STOPPING = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Builds the HTTP API; of a worker only liveness, readiness, metrics and where inboxes receive. It never
 * listens by itself: app.ts does, and tests inject.
 *
 * @param more routes of rooms that the API doesn't know, such as the sources' /hooks
 */
export function buildServer(
  parts: ApiParts,
  more: readonly RegisterRoutes[] = [],
): FastifyInstance {
  const app = Fastify({
    logger: false,
    trustProxy: parts.settings.trustProxy.map(({ text }) => text),
    bodyLimit: LIMITS.apiRequestBytes,
    // Above the 60 s for which usual load balancers keep an idle connection.
    keepAliveTimeout: 72_000,
    // A whole request, so that nobody holds a socket by dripping bytes.
    requestTimeout: 60_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    http: HTTP_OPTIONS,
    clientErrorHandler: answerSocketError,
    frameworkErrors: (error, _request, reply) => {
      // No hook runs for what is no address at all.
      void sendProblem(reply.headers(SECURITY_HEADERS), toProblem(error));
    },
  });
  sendSecurityHeaders(app, parts.publicUrl);
  app.setValidatorCompiler(validateByZod);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerErrors(parts.log));
  refuseForNode(app);
  noteExchanges(app.server);
  answerUnknownRoutes(app);
  readBodiesExactly(app);
  watchRequests(app, parts);
  sendAwayWhileStopping(app, parts);

  const context = { ...parts, auth: createAuth(parts), passwords: new Passwords() };
  const isWorker = parts.settings.role === 'worker';
  const nouns = isWorker ? [registerHealth, registerInboxDoor] : [...NOUNS, ...more];
  if (!isWorker) describeApi(app);
  // In a plugin of their own, because only what is registered after swagger's is described by it.
  app.register((scope, _options, done) => {
    guardRoutes(scope, context);
    const server: ApiServer = scope.withTypeProvider();
    for (const register of nouns) register(server, context);
    done();
  });
  return app;
}

function sendAwayWhileStopping(app: FastifyInstance, { isLeaving, isStopping }: ApiParts): void {
  app.addHook('onRequest', (request, reply, done) => {
    // The next request of this client is for another node.
    if (isLeaving()) void reply.header('connection', 'close');
    const isAnswered =
      ANSWERED_WHILE_STOPPING.has(request.url) || request.url.startsWith(INBOX_PATH);
    if (isStopping() && !isAnswered) {
      done(new ProblemError('shutting_down', { headers: AGAIN_SOON }));
      return;
    }
    done();
  });
}
