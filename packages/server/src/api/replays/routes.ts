import { Replay, ReplayCount, StartedReplay, StartReplay } from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import { idRange } from '../../store/id-range.ts';
import { readReplay } from '../../store/replays.ts';
import { countReplay, type ReplayRequest, startReplay } from '../../store/start-replay.ts';
import { readWebhookState } from '../../store/webhook-state.ts';
import { answers, IdParams } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { msOf } from '../time-filter.ts';
import { presentReplay } from './presenter.ts';

const tags = ['Webhooks'];

export const registerReplays: RegisterRoutes = (app, { database, engine, clock }) => {
  app.post(
    '/v1/webhooks/:id/replay',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'startReplay',
        summary: 'Send again, each once, the events whose latest delivery ended in a status',
        description:
          'Default: those that failed. dryRun only counts. Events that wait or are under way, ' +
          'also by another replay, do not match.',
        params: IdParams,
        body: StartReplay,
        response: answers({ 200: ReplayCount, 202: StartedReplay }),
      },
    },
    async (request, reply) => {
      const { no: tenantNo } = tenantOf(request);
      const webhookId = knownId('whk', request.params.id);
      const { from, to, status, dryRun } = request.body;
      const fromMs = msOf(from);
      const toMs = msOf(to);
      const wanted: ReplayRequest = {
        tenantNo,
        webhookId,
        fromMs,
        toMs: toMs ?? clock.now(),
        // Up to the very last one when no end is given, whatever the clocks say.
        range: idRange(fromMs, toMs),
        status,
      };
      if (dryRun) {
        const state = await readWebhookState(database.general, tenantNo, webhookId);
        if (state === null || state === 'webhook_deleted') throw new ProblemError('not_found');
        return reply.code(200).send({ count: await countReplay(database.general, wanted) });
      }
      const started = await startReplay(database.general, wanted, actorOf(request));
      if ('refused' in started) {
        throw new ProblemError(
          started.refused === 'webhook_deleted' ? 'not_found' : 'webhook_disabled',
        );
      }
      engine.wake();
      return reply.code(202).send({ id: formatId('rpl', started.id), count: started.count });
    },
  );

  app.get(
    '/v1/replays/:id',
    {
      ...requires('webhooks:admin', WITH_PORTAL),
      schema: {
        tags,
        operationId: 'getReplay',
        summary: 'Show how far a replay is',
        params: IdParams,
        response: answers({ 200: Replay }),
      },
    },
    async (request) => {
      const id = knownId('rpl', request.params.id);
      const replay = await readReplay(database.general, tenantOf(request).no, id);
      if (replay === null) throw new ProblemError('not_found');
      return presentReplay(replay);
    },
  );
};
