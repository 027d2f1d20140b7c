import {
  CreatedWebhook,
  CreateWebhook,
  LIMITS,
  PageQuery,
  PatchedWebhook,
  PatchWebhook,
  Webhook,
  WebhookPage,
} from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import { changeWebhook, deleteWebhook } from '../../store/change-webhook.ts';
import { createWebhook } from '../../store/create-webhook.ts';
import { findWebhook, listWebhooks } from '../../store/webhooks.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { knowingEvents } from './events.ts';
import { presentWebhook } from './presenter.ts';
import { replayOffer } from './replay-offer.ts';
import { makeSecret } from './secret.ts';
import { acceptUrl } from './url.ts';

const tags = ['Webhooks'];

/** Webhooks: create, read, change, delete. test-and-rotate.ts has the two buttons. */
export const registerWebhooks: RegisterRoutes = (app, context) => {
  const { database, engine } = context;
  const pool = database.general;

  app.post(
    '/v1/webhooks',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Create a webhook; its secret is shown in this answer only',
        body: CreateWebhook,
        response: answers({ 201: CreatedWebhook }),
      },
    },
    async (request, reply) => {
      const { name, url, events, filter, integration } = request.body;
      const accepted = await acceptUrl(context, tenantOf(request).no, url);
      const { secret, seal } = makeSecret(context);
      const created = await knowingEvents(events, () =>
        createWebhook(
          pool,
          {
            tenantNo: tenantOf(request).no,
            name,
            url: accepted.url,
            events,
            filter,
            integration,
            seal,
          },
          LIMITS.webhooksPerTenant,
          actorOf(request),
        ),
      );
      if (created === null) throw new ProblemError('webhook_limit');
      await engine.settingsChanged(created.version);
      return reply.code(201).send({ ...presentWebhook(created.webhook), secret, ...accepted.note });
    },
  );

  app.get(
    '/v1/webhooks',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'List webhooks, newest first',
        querystring: PageQuery,
        response: answers({ 200: WebhookPage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor('webhooks', query);
      const rows = await listWebhooks(pool, tenantOf(request).no, query.limit + 1, before);
      return pageOfRows('webhooks', query, rows, (row) => row.id, presentWebhook);
    },
  );

  app.get(
    '/v1/webhooks/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'Read a webhook',
        params: IdParams,
        response: answers({ 200: Webhook }),
      },
    },
    async (request) => {
      const row = await findWebhook(pool, tenantOf(request).no, knownId('whk', request.params.id));
      if (row === null) throw new ProblemError('not_found');
      return presentWebhook(row);
    },
  );

  app.patch(
    '/v1/webhooks/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'changeWebhook',
        summary:
          'Change name, URL, events or filter; enable or disable. Holds for the next attempt',
        params: IdParams,
        body: PatchWebhook,
        response: answers({ 200: PatchedWebhook }),
      },
    },
    async (request) => {
      const { no } = tenantOf(request);
      const id = knownId('whk', request.params.id);
      const change = request.body;
      if (Object.keys(change).length === 0) {
        throw new ProblemError('invalid_body', {
          detail: 'Send at least one of name, url, events, filter and enabled.',
          errors: [{ pointer: '', detail: 'must hold at least one field' }],
        });
      }
      const accepted = change.url === undefined ? null : await acceptUrl(context, no, change.url);
      const changed = await knowingEvents(change.events ?? [], () =>
        changeWebhook(pool, no, id, { ...change, url: accepted?.url }, actorOf(request)),
      );
      if (changed === null) throw new ProblemError('not_found');
      await engine.settingsChanged(changed.version);
      const isBack = changed.webhook.enabled && !changed.wasEnabled;
      const offer = isBack ? await replayOffer(context, no, id) : undefined;
      return {
        ...presentWebhook(changed.webhook),
        ...accepted?.note,
        ...(offer === undefined ? {} : { replayOffer: offer }),
      };
    },
  );

  app.delete(
    '/v1/webhooks/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook: destroys its secret, cancels what is pending, keeps the log',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const id = knownId('whk', request.params.id);
      const version = await deleteWebhook(pool, tenantOf(request).no, id, actorOf(request));
      if (version === null) throw new ProblemError('not_found');
      await engine.settingsChanged(version);
      return reply.code(204).send(null);
    },
  );
};
