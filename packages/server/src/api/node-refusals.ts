import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../base/problem.ts';

/** Node's own refusal has no body: see refuseForNode. */
export const HTTP_OPTIONS = { requireHostHeader: false };

/**
 * Two things that node's server refuses before Fastify sees them, with a bare status line. Here the
 * first is told in a problem document and the second is ignored, as RFC 9110 section 10.1.1 allows:
 * a request of HTTP/1.1 without Host (section 7.2), and an Expect that nobody knows.
 */
export function refuseForNode(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, headers } = request.raw;
    if (headers.host === undefined && httpVersion === '1.1') {
      done(new ProblemError('bad_request', { detail: 'Send the header Host: HTTP/1.1 needs it.' }));
      return;
    }
    done();
  });
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
}
