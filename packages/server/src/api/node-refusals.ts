import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../base/problem.ts';

/** Node's own refusal has no body: see refuseForNode. */
export const HTTP_OPTIONS = { requireHostHeader: false };

/**
 * What node's server refuses with a bare status line before Fastify sees it, or not at all. A request
 * of HTTP/1.1 without Host, or with one that names no host, is told so in a problem document (RFC 9112
 * section 3.2): whoever makes a URL of it may rely on it. An Expect that nobody knows is ignored, as
 * RFC 9110 section 10.1.1 allows.
 */
export function refuseForNode(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, headers } = request.raw;
    const isFine =
      headers.host === undefined ? httpVersion === '1.0' : URL.canParse(`http://${headers.host}`);
    if (isFine) done();
    else done(new ProblemError('bad_request', { detail: 'Send the host in the header Host.' }));
  });
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
}
