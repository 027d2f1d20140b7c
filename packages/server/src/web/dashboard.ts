import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { pageSecurityHeaders } from '../auth/page-security.ts';
import type { Settings } from '../base/settings.ts';
import type { WebServer } from './web-server.ts';

const BUILT = fileURLToPath(new URL('../../../dashboard/dist/', import.meta.url));

/** Every address that the dashboard's own router answers. */
const PAGES = ['/', '/sign-in', '/invite', '/reset', '/portal', '/settings', '/settings/*'];

const YEAR_MS = 365 * 86_400_000;

/**
 * Serves the dashboard on the server's own port: its files under their hashed names for ever, and one
 * page for every address of its router.
 *
 * @param folder where it was built to
 */
export function registerDashboard(
  app: WebServer,
  { settings }: { settings: Settings },
  folder = BUILT,
): void {
  // On its own, because what is registered here has no API key and no place in the API's description.
  void app.register(async (scope) => {
    // The build writes a .br and a .gz beside what is worth it.
    await scope.register(fastifyStatic, { root: folder, serve: false, preCompressed: true });
    const file = (reply: FastifyReply, name: string, immutable: boolean): FastifyReply =>
      reply.sendFile(name, folder, {
        maxAge: immutable ? YEAR_MS : 0,
        immutable,
        cacheControl: true,
      });
    scope.get('/assets/*', { schema: { hide: true } }, (request, reply) => {
      const { '*': name } = request.params as { '*': string };
      // The build names nothing else; `..` and NUL would be errors of ours in the log.
      if (!/^[\w-][\w.-]*$/.test(name)) return reply.callNotFound();
      return file(reply, `assets/${name}`, true);
    });
    for (const name of ['favicon.svg', 'color-scheme.js']) {
      scope.get(`/${name}`, { schema: { hide: true } }, (_request, reply) =>
        file(reply, name, false),
      );
    }
    for (const path of PAGES) {
      scope.get(path, { schema: { hide: true } }, (_request, reply) => {
        // By the route and not by the URL, where `/%73ign-in` is the same page.
        void reply.headers(pageSecurityHeaders(settings, path));
        if (existsSync(`${folder}index.html`)) return file(reply, 'index.html', false);
        return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
      });
    }
  });
}

const NOT_BUILT =
  'The dashboard is not built. Run `npm run build -w @sydx/dashboard`, or start with `npm start`, ' +
  'which builds it.\n';
