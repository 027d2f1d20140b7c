import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../base/problem.ts';
import { sendProblem } from './problems.ts';

/** 404 for paths that nobody serves; 405 with Allow for those that take another method. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });

  let matchers: { pattern: RegExp; allow: string }[] | undefined;
  app.setNotFoundHandler((request, reply) => {
    matchers ??= [...methods].map(([url, known]) => ({
      pattern: patternOf(url),
      allow: [...known].toSorted().join(', '),
    }));
    const path = request.url.split('?', 1)[0] ?? '';
    const match = matchers.find(({ pattern }) => pattern.test(path));
    return sendProblem(
      reply,
      match === undefined
        ? new ProblemError('route_not_found')
        : new ProblemError('method_not_allowed', { headers: { allow: match.allow } }),
    );
  });
}

function patternOf(url: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : literal(part)));
  return new RegExp(`^${segments.join('/')}$`);
}
