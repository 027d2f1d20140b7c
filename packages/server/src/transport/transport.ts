import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Cidr } from '../base/settings-readers.ts';
import type { AttemptResult, OutgoingRequest, Transport } from '../engine/ports.ts';
import { Attempt, type AttemptParts } from './attempt.ts';
import type { ConnectorParts } from './connector.ts';
import { DeadlineQueue } from './deadlines.ts';
import { toNetworks } from './guard.ts';
import { OriginPools } from './origin-pools.ts';
import type { OwnInboxes } from './own-inboxes.ts';
import { readProxy } from './proxy.ts';
import type { Resolve } from './resolve.ts';
import { ownInboxTarget, readTarget, type Target, type TargetPolicy } from './target.ts';

export interface TransportOptions {
  /** One absolute limit for DNS, connect, TLS, status line and headers. */
  deadlineMs: number;
  /** How much of a response body is kept; reading stops there. */
  responseBodyLimitBytes: number;
  /** How long after the headers a body may keep the result waiting; never past the deadline. */
  bodyGraceMs?: number;
  allowHttp: boolean;
  allowNetworks: readonly Cidr[];
  resolve: Resolve;
  /** EGRESS_PROXY_URL: every connection to a receiver goes through it; null or none: straight. */
  egressProxyUrl?: string | null;
  /** URLs that pass the HTTPS rule and the guard by exact scheme, host, port and path. */
  exempt?: readonly string[];
  /** Inboxes of our own, which pass both as well. */
  ownInboxes?: OwnInboxes | null;
  maxSocketsPerOrigin: number;
  /** Idle keep-alive connections over all origins; beyond it the longest unused go. */
  maxIdleSockets: number;
  /** Certificate authorities in PEM instead of the system's and NODE_EXTRA_CA_CERTS. */
  ca?: string | readonly string[];
  /** A monotonic clock in milliseconds. */
  nowMs?: () => number;
}

const MAX_TARGETS = 10_000;

/**
 * Makes the one way out: every request of the product to a receiver goes through here.
 *
 * A request is never sent twice within an attempt. When a receiver closes a reused connection just
 * as we write, undici resends by itself only if nothing was written yet; after that nobody can
 * tell whether it was processed, so it counts as `connection_reset` and the schedule decides:
 * a receiver that resets everything must see exactly the attempts that the product promises.
 */
export function createTransport(options: TransportOptions): Transport {
  const nowMs = options.nowMs ?? (() => performance.now());
  const deadlines = new DeadlineQueue(options.deadlineMs, nowMs);
  const bodyDeadlines = new DeadlineQueue(options.bodyGraceMs ?? 1_000, nowMs);
  const attemptParts: AttemptParts = {
    nowMs,
    deadlines,
    bodyDeadlines,
    responseBodyLimitBytes: options.responseBodyLimitBytes,
  };
  const policy: TargetPolicy = {
    allowHttp: options.allowHttp,
    allowNetworks: toNetworks(options.allowNetworks),
    exempt: options.exempt ?? [],
  };
  const { resolve, egressProxyUrl = null, ownInboxes = null } = options;
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    ...(options.ca === undefined ? {} : { ca: [options.ca].flat() }),
  });
  const connectorParts: ConnectorParts = {
    resolve,
    allowNetworks: policy.allowNetworks,
    secureContext,
    sessions: new Map(),
    deadlines,
    lookupLimitMs: options.deadlineMs * 0.6,
    ownInboxes,
    tunnel:
      egressProxyUrl === null
        ? null
        : {
            proxy: readProxy(egressProxyUrl),
            resolve,
            secureContext,
            limitMs: options.deadlineMs * 0.8,
          },
  };
  const pools = new OriginPools(connectorParts, options);
  const targets = new Map<string, ReturnType<typeof readTarget>>();

  function targetOf(url: string): ReturnType<typeof readTarget> {
    const token = ownInboxes?.tokenOf(url) ?? null;
    if (ownInboxes !== null && token !== null) return ownInboxTarget(ownInboxes, token);
    const known = targets.get(url);
    if (known !== undefined) return known;
    const target = readTarget(url, policy);
    if (targets.size >= MAX_TARGETS) targets.clear();
    targets.set(url, target);
    return target;
  }

  function start(target: Target, request: OutgoingRequest, settle: (r: AttemptResult) => void) {
    const attempt = new Attempt(attemptParts);
    const pool = pools.get(target);
    attempt.onSettled = (result) => {
      pools.release(pool, attempt);
      settle(result);
    };
    pools.send(pool, dispatchOptions(target, request), attempt);
  }

  return {
    send(request) {
      const target = targetOf(request.url);
      if (typeof target === 'string') return Promise.resolve(unsent(target));
      if (pools.isClosed) return Promise.resolve(unsent('interrupted'));
      return new Promise((settle) => start(target, request, settle));
    },
    async close() {
      await pools.close();
      deadlines.close();
      bodyDeadlines.close();
    },
  };
}

function dispatchOptions(target: Target, request: OutgoingRequest): Dispatcher.DispatchOptions {
  // Nothing is ever inflated, so that a bomb stays small; a receiver that asks is told so.
  const headers: string[] = ['accept-encoding', 'identity'];
  if (target.host !== undefined) headers.push('host', target.host);
  for (const name in request.headers) headers.push(name, request.headers[name] ?? '');
  const { method = 'POST', body } = request;
  return { method, path: target.path, headers, body: method === 'GET' ? null : body };
}

function unsent(error: AttemptResult['error']): AttemptResult {
  return {
    durationMs: 0,
    statusCode: null,
    error,
    responseHeaders: null,
    responseBody: null,
    retryAfter: null,
  };
}
