import type { FastifyInstance } from 'fastify';
import type { Log } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import { routeOf } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long an answer takes, and its status, are what somebody asked for: they say nothing of us. */
    isTimedByOthers?: true;
  }
}

const SLOW_MS = 1_000;

/**
 * Measures every request; writes a line at info only for slow ones and for answers of 500 and more,
 * at debug for the rest: a line costs more than the request that it is about.
 */
export function watchRequests(
  app: FastifyInstance,
  { log, metrics }: { log: Log; metrics: Metrics },
) {
  app.addHook('onResponse', (request, reply, done) => {
    const durationMs = reply.elapsedTime;
    const route = routeOf(request);
    const { method } = request;
    const status = reply.statusCode;
    const isOurs = request.routeOptions.config.isTimedByOthers !== true;
    if (isOurs) {
      metrics.requestSeconds.observe(
        { method, route, status: `${Math.floor(status / 100)}xx` },
        durationMs / 1000,
      );
    }
    if (isOurs && (durationMs > SLOW_MS || status >= 500)) {
      log.info({ requestId: request.id, method, route, status, durationMs }, 'slow or failed');
    } else if (log.isLevelEnabled('debug')) {
      log.debug({ requestId: request.id, method, route, status, durationMs }, 'answered');
    }
    done();
  });
}
