import { Stats, StatsQuery } from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { idRange } from '../../store/id-range.ts';
import { countPending, readStats } from '../../store/stats.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { ownWebhookId } from '../owned.ts';
import { presentStats } from './presenter.ts';
import { readSpan } from './span.ts';

export const registerStats: RegisterRoutes = (app, { database, clock }) => {
  app.get(
    '/v1/stats',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags: ['Deliveries'],
        operationId: 'getStats',
        summary: 'Counts, success rate and latency by time bucket',
        description: 'Default: the last 24 hours. test.ping is left out.',
        querystring: StatsQuery,
        response: answers({ 200: Stats }),
      },
    },
    async (request) => {
      const { no: tenantNo } = tenantOf(request);
      const span = readSpan(request.query, clock.now());
      const webhookId = await ownWebhookId(database, tenantNo, request.query.webhookId);
      const range = idRange(span.fromMs, span.toMs);
      const { bucketMs } = span;
      const [rows, pending] = await Promise.all([
        readStats(database.general, { tenantNo, webhookId, range, bucketMs }),
        countPending(database.general, tenantNo, webhookId),
      ]);
      return presentStats(span, pending, rows);
    },
  );
};
