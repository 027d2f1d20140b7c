import {
  DeliveriesQuery,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  type ProblemCode,
} from '@sydx/contract';
import { principalOf, requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { holds } from '../../auth/principal.ts';
import { ProblemError } from '../../base/problem.ts';
import { readDelivery, searchDeliveries } from '../../store/deliveries.ts';
import { readDeliveryDetail } from '../../store/delivery-detail.ts';
import { readEvent } from '../../store/events.ts';
import { idRange } from '../../store/id-range.ts';
import { redeliver, type RedeliverRefusal } from '../../store/redeliver.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId, ownWebhookId } from '../owned.ts';
import { pageOfSearch, readCursor } from '../page.ts';
import { readBounds } from '../time-filter.ts';
import { presentDeliveryDetail } from './detail-presenter.ts';
import { presentDelivery } from './presenter.ts';

const LIST = 'deliveries';
const tags = ['Deliveries'];

const REFUSALS = {
  not_found: 'not_found',
  webhook_deleted: 'not_found',
  webhook_disabled: 'webhook_disabled',
  delivery_pending: 'delivery_pending',
  event_expired: 'event_expired',
  test_event: 'test_not_redelivered',
} as const satisfies Record<RedeliverRefusal, ProblemCode>;

export const registerDeliveries: RegisterRoutes = (app, { database, engine }) => {
  app.get(
    '/v1/deliveries',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'List deliveries, newest first',
        description:
          'event looks through 200,000 deliveries at most (50,000 of one webhook), and failed or ' +
          'cancelled through 5,000 of those: a page may be short, or empty, and still have a ' +
          'nextCursor by which the search goes on.',
        querystring: DeliveriesQuery,
        response: answers({ 200: DeliveryPage }),
      },
    },
    async (request) => {
      const { no: tenantNo } = tenantOf(request);
      const { query } = request;
      const { fromMs, toMs } = readBounds(query);
      const range = idRange(fromMs, toMs, readCursor(LIST, query) ?? undefined);
      const webhookId = await ownWebhookId(database, tenantNo, query.webhookId);
      const eventId = query.eventId === undefined ? undefined : knownId('evt', query.eventId);
      const found = await searchDeliveries(database.general, {
        tenantNo,
        range,
        webhookId,
        eventId,
        type: query.event,
        status: query.status,
        limit: query.limit + 1,
      });
      // The log may outlive its event, so an event is a stranger only when neither is there.
      if (found.rows.length === 0 && eventId !== undefined) {
        const event = await readEvent(database.general, tenantNo, eventId);
        if (event === null) {
          throw new ProblemError('not_found', { detail: 'There is no event of this eventId.' });
        }
      }
      return pageOfSearch(LIST, query, found, ({ id }) => id, presentDelivery);
    },
  );

  app.get(
    '/v1/deliveries/:id',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'getDelivery',
        summary: 'Read a delivery with its payload, request headers and attempts',
        params: IdParams,
        response: answers({ 200: DeliveryDetail }),
      },
    },
    async (request) => {
      const id = knownId('dlv', request.params.id);
      const detail = await readDeliveryDetail(database.general, tenantOf(request).no, id);
      if (detail === null) throw new ProblemError('not_found');
      return presentDeliveryDetail(detail, holds(principalOf(request), 'webhooks:admin'));
    },
  );

  app.post(
    '/v1/deliveries/:id/redeliver',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'redeliver',
        summary: "Send the event again, to the webhook's present URL and with its present secret",
        params: IdParams,
        response: answers({ 202: Delivery }),
      },
    },
    async (request, reply) => {
      const { no: tenantNo } = tenantOf(request);
      const id = knownId('dlv', request.params.id);
      const result = await redeliver(database.general, tenantNo, id, actorOf(request));
      if ('refused' in result) throw refusal(result.refused);
      engine.wake();
      const made = await readDelivery(database.general, tenantNo, result.deliveryId);
      if (made === null) throw new Error('A new delivery is nowhere to be found.');
      return reply.code(202).send(presentDelivery(made));
    },
  );
};

function refusal(refused: RedeliverRefusal): ProblemError {
  const detail = refused === 'webhook_deleted' ? 'The webhook was deleted.' : undefined;
  return new ProblemError(REFUSALS[refused], { detail });
}
