import type { FastifyInstance } from 'fastify';

/**
 * Of every answer, errors included, whatever it is: nothing is guessed from its bytes, nothing in it
 * runs, nobody frames or embeds it, and no address of ours travels on in Referer. Pages say more after
 * this and replace the policy by their own.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** A year, as browsers ask for; of this host alone, since its neighbours are not ours. RFC 6797. */
const HTTPS_ONLY = 'max-age=31536000';

/** @param publicUrl read at each request: with PORT=0 it is known only after listening */
export function sendSecurityHeaders(app: FastifyInstance, publicUrl: () => string): void {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
    if (publicUrl().startsWith('https:')) {
      void reply.header('strict-transport-security', HTTPS_ONLY);
    }
    done();
  });
}
