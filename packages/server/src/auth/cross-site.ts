import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../base/problem.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site makes a browser send with our cookie. Sec-Fetch-Site says it where the
 * browser sends it (https and localhost); elsewhere Origin must be the host that was called, so that
 * localhost, 127.0.0.1 and a public name all work. A program sends neither and carries no cookie that
 * it was not given.
 *
 * @param publicUrl counts as our own as well, for proxies that change Host
 * @throws ProblemError cross_site_refused
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return;
    throw new ProblemError('cross_site_refused');
  }
  const { origin } = request.headers;
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  // `null`, which sandboxed frames send, is no URL and therefore nobody's.
  if (URL.canParse(origin) && new URL(origin).host === request.host) return;
  throw new ProblemError('cross_site_refused');
}
