import { isIP } from 'node:net';
import type { AttemptErrorCode } from '@sydx/contract';
import { isAddressAllowed, type Networks } from './guard.ts';
import type { OwnInboxes } from './own-inboxes.ts';

/** Where a request goes, judged as far as its URL alone allows. */
export interface Target {
  /** Requests with the same key may share connections. */
  readonly key: string;
  readonly origin: string;
  /** Without brackets and trailing dot: a name, or a literal address that passed the guard. */
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly isExempt: boolean;
  /** It leads to an inbox of our own: dialled at this process's listener and nowhere else. */
  readonly isOwnInbox: boolean;
  /** The header Host where the origin does not say it. */
  readonly host?: string;
  /** Path and query. */
  readonly path: string;
}

export interface TargetPolicy {
  readonly allowHttp: boolean;
  readonly allowNetworks: Networks;
  /** URLs whose exact scheme, host, port and path pass unjudged (the demo's receiver). */
  readonly exempt: readonly string[];
}

/**
 * Judges a URL once more at send, when settings may be stricter than at save: gives where to dial,
 * or the code that refuses it. Names are judged later, by the addresses they resolve to.
 */
export function readTarget(text: string, policy: TargetPolicy): Target | AttemptErrorCode {
  const url = URL.parse(text);
  if (url === null || !isWebScheme(url)) return 'internal';
  const isExempt = isExemptUrl(url, policy.exempt);
  const isSecure = url.protocol === 'https:';
  const hostname = bareHostname(url);
  if (!isExempt) {
    if (url.username !== '' || url.password !== '') return 'address_refused';
    if (!isSecure && !policy.allowHttp) return 'address_refused';
    if (isIP(hostname) !== 0 && !isAddressAllowed(hostname, policy.allowNetworks)) {
      return 'address_refused';
    }
  }
  return {
    // An exempt path never lends its connections to another path of the same origin.
    key: isExempt ? `exempt ${url.origin}` : url.origin,
    origin: url.origin,
    hostname,
    port: portOf(url),
    isSecure,
    isExempt,
    isOwnInbox: false,
    path: url.pathname + url.search,
  };
}

/** Where a request to an inbox of our own goes. */
export function ownInboxTarget(inboxes: OwnInboxes, token: string): Target {
  return {
    key: 'own inboxes',
    // Names nothing: who dials asks for no name.
    origin: 'http://inbox.invalid',
    hostname: 'inbox.invalid',
    port: 80,
    isSecure: false,
    isExempt: true,
    isOwnInbox: true,
    host: inboxes.host,
    path: inboxes.pathOf(token),
  };
}

export function isWebScheme(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

export function isExemptUrl(url: URL, exempt: readonly string[]): boolean {
  return exempt.some((text) => {
    const other = URL.parse(text);
    return other !== null && other.origin === url.origin && other.pathname === url.pathname;
  });
}

/** The host as DNS and sockets know it: `[::1]` → `::1`, `example.com.` → `example.com`. */
export function bareHostname(url: URL): string {
  const { hostname } = url;
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
