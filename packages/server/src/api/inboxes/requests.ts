import { InboxRequestPage, InboxRequestsQuery, InboxStreamQuery } from '@sydx/contract';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { ProblemError } from '../../base/problem.ts';
import { noteReader, readInboxRequests } from '../../store/inbox-requests.ts';
import { findInbox } from '../../store/inboxes.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { refuseWhenOff, seesCredentials } from './access.ts';
import { Arrivals } from './arrivals.ts';
import { hangUpAfter } from './hang-up.ts';
import { presentInboxRequest } from './presenter.ts';
import { StreamPlaces } from './stream-places.ts';
import { READ_BY_MS, streamRequests } from './stream.ts';

const tags = ['Inboxes'];

/** What arrived in an inbox: page by page, or as it comes. */
export const registerInboxRequests: RegisterRoutes = (app, context) => {
  const { database, settings, clock, log, isLeaving } = context;
  const pool = database.general;
  const arrivals = new Arrivals({ database, log });
  const places = new StreamPlaces();
  app.addHook('onClose', (_app, done) => {
    arrivals.stop();
    done();
  });

  app.get(
    '/v1/inboxes/:id/requests',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'listInboxRequests',
        summary: 'Read what arrived in an inbox, oldest first, from above a number on',
        description: 'A page ends early at 4 MiB: go on while its last number is below lastNumber.',
        params: IdParams,
        querystring: InboxRequestsQuery,
        response: answers({ 200: InboxRequestPage }),
      },
    },
    async (request) => {
      refuseWhenOff(settings);
      const id = knownId('inb', request.params.id);
      const inbox = await findInbox(pool, tenantOf(request).no, id);
      if (inbox === null) throw new ProblemError('not_found');
      const { after, limit } = request.query;
      const rows = await readInboxRequests(pool, inbox.id, after, limit);
      const shows = seesCredentials(request);
      return {
        data: rows.map((row) => presentInboxRequest(row, shows)),
        // What arrived between the two reads is on the page already.
        lastNumber: Math.max(inbox.last_number, rows.at(-1)?.number ?? 0),
      };
    },
  );

  const access = requires('deliveries:read', WITH_PORTAL);
  app.get(
    '/v1/inboxes/:id/requests/stream',
    {
      // It would read the whole stream only to say how it begins.
      exposeHeadRoute: false,
      config: { ...access.config, isTimedByOthers: true },
      schema: {
        tags,
        operationId: 'streamInboxRequests',
        summary: 'Hear what arrives in an inbox as it comes, as server-sent events',
        description:
          'Each event is called request, has the number as its id and an InboxRequest as its data. It goes ' +
          'on above the header Last-Event-ID, or else above after. The server ends it now and then, after a ' +
          'minute at the latest: connect again at once, with the last id. The event gone says that the ' +
          'inbox is no more. A listen inbox takes webhooks:admin, and drops what the last id says was read.',
        params: IdParams,
        querystring: InboxStreamQuery,
        response: answers({
          200: z.string().meta({ description: 'text/event-stream' }),
        }),
      },
    },
    async (request, reply) => {
      refuseWhenOff(settings);
      const tenantNo = tenantOf(request).no;
      const inbox = await findInbox(pool, tenantNo, knownId('inb', request.params.id));
      if (inbox === null) throw new ProblemError('not_found');
      const shows = seesCredentials(request);
      if (inbox.kind === 'listen' && !shows) {
        throw new ProblemError('forbidden', {
          detail:
            'Reading a listen inbox uses up what it holds, so it needs a key with the scope webhooks:admin.',
        });
      }
      const given = readNumber(request.headers['last-event-id']) ?? request.query.after ?? null;
      if (inbox.kind === 'listen' && !(await noteReader(pool, inbox.id, given))) {
        throw new ProblemError('not_found');
      }
      const leave = places.enter(tenantNo);
      const aborter = new AbortController();
      const { socket } = request.raw;
      if (socket.destroyed) aborter.abort();
      else socket.once('close', () => aborter.abort());
      const events = streamRequests({
        database,
        arrivals,
        clock,
        inbox,
        // A number of another inbox must not make this one silent.
        after: Math.min(given ?? 0, inbox.last_number),
        showsSignatures: shows,
        signal: aborter.signal,
        isLeaving,
      });
      const body = Readable.from(events, { objectMode: false });
      body.once('close', leave);
      hangUpAfter(READ_BY_MS, socket, body);
      return reply
        .type('text/event-stream')
        .header('x-accel-buffering', 'no')
        .send(body as unknown as string);
    },
  );
};

/** Null: there is none, or it is none of ours. */
function readNumber(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
