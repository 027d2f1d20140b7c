import { Health } from '@sydx/contract';
import { ProblemError } from '../../base/problem.ts';
import { askForLife } from '../../store/reachable.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { AGAIN_SOON } from '../problems.ts';

const tags = ['Health'];
const PATIENCE_MS = 2_000;
const OK = { status: 'ok' } as const;

/** For load balancers and Prometheus; no key, and nothing of any tenant. */
export const registerHealth: RegisterRoutes = (app, context) => {
  const { database, isLeaving, metrics, readMetrics } = context;

  app.get(
    '/healthz',
    {
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'The process runs',
        response: answers({ 200: Health }),
      },
    },
    async () => OK,
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        operationId: 'getReadiness',
        summary: 'The process takes requests and the database answers',
        response: answers({ 200: Health }),
      },
    },
    async () => {
      if (isLeaving()) throw new ProblemError('shutting_down', { headers: AGAIN_SOON });
      try {
        await askForLife(database.general, PATIENCE_MS);
      } catch (cause) {
        throw new ProblemError('database_unavailable', { headers: AGAIN_SOON, cause });
      }
      return OK;
    },
  );

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await readMetrics());
  });
};
