import { DeliveryDetail, RotatedSecret } from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import { changeWebhook } from '../../store/change-webhook.ts';
import { readDeliveryDetail } from '../../store/delivery-detail.ts';
import { findWebhook } from '../../store/webhooks.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { presentDeliveryDetail } from '../deliveries/detail-presenter.ts';
import { knownId } from '../owned.ts';
import { makeSecret } from './secret.ts';
import { takeTest } from './test-limit.ts';

const tags = ['Webhooks'];

/** The two buttons of a webhook. */
export const registerTestAndRotate: RegisterRoutes = (app, context) => {
  const { database, engine, settings } = context;
  const pool = database.general;

  app.post(
    '/v1/webhooks/:id/test',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send test.ping now, once, and answer the finished delivery',
        params: IdParams,
        response: answers({ 200: DeliveryDetail }),
      },
    },
    async (request) => {
      const tenant = tenantOf(request);
      const id = knownId('whk', request.params.id);
      const webhook = await findWebhook(pool, tenant.no, id);
      if (webhook === null) throw new ProblemError('not_found');
      await takeTest(database, id, settings.testRateLimit);
      const deliveryId = await engine.test(
        { id, name: webhook.name, tenantNo: tenant.no, tenantId: tenant.id },
        actorOf(request),
      );
      const detail = await readDeliveryDetail(pool, tenant.no, deliveryId);
      if (detail === null) throw new Error('A Test that just ended is not in the log.');
      return presentDeliveryDetail(detail, true);
    },
  );

  app.post(
    '/v1/webhooks/:id/rotate-secret',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'rotateSecret',
        summary: 'Replace the secret; the old one signs nothing from the next attempt on',
        params: IdParams,
        response: answers({ 200: RotatedSecret }),
      },
    },
    async (request) => {
      const id = knownId('whk', request.params.id);
      const { secret, seal } = makeSecret(context);
      const changed = await changeWebhook(
        pool,
        tenantOf(request).no,
        id,
        { secret: seal(id) },
        actorOf(request),
      );
      if (changed === null) throw new ProblemError('not_found');
      await engine.settingsChanged(changed.version);
      return { secret };
    },
  );
};
