import { ANY_ORIGIN, NO_ORIGIN } from '@sydx/contract';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether what the browser says of the page is in the source's list. `*` lets everybody in. A request
 * without Origin is no browser's, and comes in where the list says so: what a server passes on is one
 * network's, and has limits of its own.
 */
export function isAllowedOrigin(
  allowedOrigins: readonly string[],
  { origin }: IncomingHttpHeaders,
): boolean {
  return allowedOrigins.includes(ANY_ORIGIN) || allowedOrigins.includes(origin ?? NO_ORIGIN);
}

/**
 * Lets the script of an allowed page read the answer (Fetch standard, CORS protocol). No credentials:
 * nothing here looks at a cookie.
 */
export function corsHeaders(
  allowedOrigins: readonly string[],
  headers: IncomingHttpHeaders,
): Record<string, string> {
  // Caches must not show one site the answer to another.
  const always = { vary: 'Origin', 'cache-control': 'no-store' };
  const { origin } = headers;
  if (origin === undefined || !isAllowedOrigin(allowedOrigins, headers)) return always;
  return {
    ...always,
    'access-control-allow-origin': allowedOrigins.includes(ANY_ORIGIN) ? ANY_ORIGIN : origin,
    'access-control-expose-headers': 'Retry-After',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

/** What a script of an allowed page may send, for ten minutes without asking again. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'Accept, Content-Type, X-Requested-With',
  'access-control-max-age': '600',
} as const;
