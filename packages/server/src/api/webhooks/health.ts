import { WebhookHealth, type WebhookHealth as HealthView } from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { formatId } from '../../base/ids.ts';
import { HOUR_MS } from '../../store/rolled-hours.ts';
import {
  countHours,
  type HourOfWebhook,
  type LastDelivery,
  lastDeliveries,
} from '../../store/webhook-health.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';

const HOURS = 24;

/** How the webhooks of a tenant do, for the list of them. */
export const registerWebhookHealth: RegisterRoutes = (app, { database, clock }) => {
  app.get(
    '/v1/webhook-health',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags: ['Webhooks'],
        operationId: 'getWebhookHealth',
        summary: 'Every webhook: the last 24 hours by hour of acceptance, and the last delivery',
        description: 'Newest webhook first, all in one answer. test.ping is left out.',
        response: answers({ 200: WebhookHealth }),
      },
    },
    async (request) => {
      const { no } = tenantOf(request);
      const presentMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      const hoursMs = Array.from(
        { length: HOURS },
        (_, n) => presentMs - (HOURS - 1 - n) * HOUR_MS,
      );
      const [webhooks, counted] = await Promise.all([
        lastDeliveries(database.general, no),
        countHours(database.general, no, presentMs - (HOURS - 1) * HOUR_MS, presentMs + HOUR_MS),
      ]);
      const byWebhook = Map.groupBy(counted, (row) => row.webhook_id);
      return {
        data: webhooks.map((webhook) =>
          presentHealth(webhook, hoursMs, byWebhook.get(webhook.webhook_id) ?? []),
        ),
      };
    },
  );
};

function presentHealth(
  { webhook_id: id, failing_since: failingSince, last }: LastDelivery,
  hoursMs: readonly number[],
  counted: readonly HourOfWebhook[],
): HealthView['data'][number] {
  const byHour = new Map(counted.map((row) => [row.hour_ms, row]));
  const buckets = hoursMs.map((ms) => {
    const { success = 0, failed = 0 } = byHour.get(ms) ?? {};
    return { from: new Date(ms).toISOString(), success, failed };
  });
  const success = buckets.reduce((sum, bucket) => sum + bucket.success, 0);
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const total = success + failed;
  return {
    webhookId: formatId('whk', id),
    total,
    success,
    failed,
    successRate: total === 0 ? null : success / total,
    buckets,
    failingSince: failingSince?.toISOString() ?? null,
    lastDelivery:
      last === null
        ? null
        : {
            at: last.finished_at.toISOString(),
            status: last.status,
            statusCode: last.status_code,
            error: last.error,
          },
  };
}
