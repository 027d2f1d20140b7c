import {
  CreatedInbox,
  CreateInbox,
  Inbox,
  InboxPage,
  LIMITS,
  PageQuery,
  PatchInbox,
} from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { generateToken, hashToken } from '../../auth/tokens.ts';
import { inboxUrl } from '../../base/inbox-url.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  changeInboxAnswer,
  createInbox,
  deleteInbox,
  findInbox,
  type InboxRow,
  listInboxes,
} from '../../store/inboxes.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { knowingEvents } from '../webhooks/events.ts';
import { presentWebhook } from '../webhooks/presenter.ts';
import { makeSecret } from '../webhooks/secret.ts';
import { refuseWhenOff, seesCredentials } from './access.ts';
import { presentInbox } from './presenter.ts';
import { registerInboxRequests } from './requests.ts';

const LIST = 'inboxes';
const tags = ['Inboxes'];
const WEBHOOK_NAMES = { try: 'Try-it inbox', listen: 'Listening program' } as const;

/** Inboxes: create, read, set the answer, delete. door.ts is where their requests arrive. */
export const registerInboxes: RegisterRoutes = (app, context) => {
  const { database, engine, publicUrl, randomBytes, settings } = context;
  const pool = database.general;
  const present = (request: FastifyRequest) => (row: InboxRow) =>
    presentInbox(row, publicUrl(), seesCredentials(request));

  app.post(
    '/v1/inboxes',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'createInbox',
        summary: 'Create an inbox: a URL of this server that keeps and shows what arrives',
        description:
          'With webhook, a webhook that leads to it is created as well, and goes when the inbox does.',
        body: CreateInbox,
        response: answers({ 201: CreatedInbox }),
      },
    },
    async (request, reply) => {
      refuseWhenOff(settings);
      const { kind, answer, webhook } = request.body;
      const tenantNo = tenantOf(request).no;
      const token = generateToken(randomBytes);
      const { secret, seal } = makeSecret(context);
      const created = await knowingEvents(
        webhook?.events ?? [],
        () =>
          createInbox(
            pool,
            {
              tenantNo,
              kind,
              token,
              tokenHash: hashToken(token),
              answerStatus: answer?.status ?? 200,
              answerDelayMs: answer?.delayMs ?? 0,
              webhook:
                webhook === undefined
                  ? null
                  : {
                      ...webhook,
                      tenantNo,
                      name: webhook.name ?? WEBHOOK_NAMES[kind],
                      url: inboxUrl(publicUrl(), token),
                      seal,
                    },
            },
            { inboxes: LIMITS.inboxesPerTenant, webhooks: LIMITS.webhooksPerTenant },
            actorOf(request),
          ),
        '/webhook/events',
      );
      if (typeof created === 'string') throw new ProblemError(created);
      const { inbox, webhook: made } = created;
      if (made !== null) await engine.settingsChanged(made.version);
      return reply.code(201).send({
        ...presentInbox(inbox, publicUrl(), true),
        webhook: made === null ? null : { ...presentWebhook(made.webhook), secret },
      });
    },
  );

  app.get(
    '/v1/inboxes',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'listInboxes',
        summary: 'List inboxes, newest first',
        querystring: PageQuery,
        response: answers({ 200: InboxPage }),
      },
    },
    async (request) => {
      refuseWhenOff(settings);
      const { query } = request;
      const before = readCursor(LIST, query);
      const rows = await listInboxes(pool, tenantOf(request).no, query.limit + 1, before);
      return pageOfRows(LIST, query, rows, (row) => row.id, present(request));
    },
  );

  app.get(
    '/v1/inboxes/:id',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'getInbox',
        summary: 'Read an inbox',
        params: IdParams,
        response: answers({ 200: Inbox }),
      },
    },
    async (request) => {
      refuseWhenOff(settings);
      const row = await findInbox(pool, tenantOf(request).no, knownId('inb', request.params.id));
      if (row === null) throw new ProblemError('not_found');
      return present(request)(row);
    },
  );

  app.patch(
    '/v1/inboxes/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'changeInbox',
        summary: 'Set what the inbox answers from the next request on: status and delay',
        params: IdParams,
        body: PatchInbox,
        response: answers({ 200: Inbox }),
      },
    },
    async (request) => {
      refuseWhenOff(settings);
      const { no } = tenantOf(request);
      const id = knownId('inb', request.params.id);
      const row = await changeInboxAnswer(pool, no, id, request.body.answer, actorOf(request));
      if (row === null) throw new ProblemError('not_found');
      return present(request)(row);
    },
  );

  app.delete(
    '/v1/inboxes/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'deleteInbox',
        summary: 'Delete an inbox, what it kept, and the webhook that was created with it',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      refuseWhenOff(settings);
      const id = knownId('inb', request.params.id);
      const gone = await deleteInbox(pool, tenantOf(request).no, id, actorOf(request));
      if (gone === null) throw new ProblemError('not_found');
      if (gone.version !== null) await engine.settingsChanged(gone.version);
      return reply.code(204).send(null);
    },
  );

  registerInboxRequests(app, context);
};
