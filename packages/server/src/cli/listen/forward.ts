import type { InboxRequest } from '@sydx/contract';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pause } from '../persist.ts';

/** What came of a forward. */
export type Forwarded =
  | { readonly status: number; readonly durationMs: number; readonly tries: number }
  | { readonly error: string; readonly tries: number };

interface ForwardOptions {
  readonly to: URL;
  readonly leaving: AbortSignal;
  /** Told when the local server cannot be reached and it is tried again. */
  readonly onTrouble: (error: string) => void;
}

/** Longer than a real delivery waits, for a debugger that stands still. */
const PATIENCE_MS = 60_000;
/** Between tries while nobody listens there: a server that restarts is back by then. */
const PAUSES_MS = [500, 1_000, 2_000];

/** RFC 9110, section 7.6.1, and those that the new connection has of its own. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
]);

/**
 * Sends a request on as it came: method, headers in their order, the very bytes of the body. Tries again
 * while no connection comes about; once the local server got it, it has it.
 */
export async function forward(request: InboxRequest, options: ForwardOptions): Promise<Forwarded> {
  for (let tries = 1; ; tries += 1) {
    const startedMs = performance.now();
    const outcome = await send(request, options);
    const durationMs = Math.round(performance.now() - startedMs);
    if ('status' in outcome) return { status: outcome.status, durationMs, tries };
    const pauseMs = outcome.wasConnected ? undefined : PAUSES_MS[tries - 1];
    if (pauseMs === undefined || options.leaving.aborted) return { error: outcome.error, tries };
    if (tries === 1) options.onTrouble(outcome.error);
    await pause(pauseMs, options.leaving);
  }
}

/** The exact bytes that arrived. */
export function bodyOf({ bodyText, bodyBase64 }: InboxRequest): Buffer {
  return bodyText === null ? Buffer.from(bodyBase64 ?? '', 'base64') : Buffer.from(bodyText);
}

type Sent = { status: number } | { error: string; wasConnected: boolean };

function send(request: InboxRequest, { to, leaving }: ForwardOptions): Promise<Sent> {
  const body = bodyOf(request);
  const start = to.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    let wasConnected = false;
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ error: error.code ?? error.message, wasConnected });
    const outgoing = start(
      to,
      {
        method: request.method,
        path: `${to.pathname}${to.search || request.query}`,
        headers: headersOf(request, to, body.length),
        // A connection that was kept may just be closing: the request would fail for nothing.
        agent: false,
        signal: AbortSignal.any([leaving, AbortSignal.timeout(PATIENCE_MS)]),
      },
      (response) => {
        response.resume();
        response.on('error', fail);
        response.on('end', () => resolve({ status: response.statusCode ?? 0 }));
      },
    );
    outgoing.on('socket', (socket) => {
      socket.once(to.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        wasConnected = true;
      });
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** Flat, name after value, so that order and repeats stay. */
function headersOf(request: InboxRequest, to: URL, bodyBytes: number): string[] {
  const named = request.headers
    .filter(({ name }) => /^connection$/i.test(name))
    .flatMap(({ value }) => value.toLowerCase().split(/\s*,\s*/));
  const kept = request.headers.filter(({ name }) => {
    const lower = name.toLowerCase();
    return !OF_THE_CONNECTION.has(lower) && !named.includes(lower);
  });
  const flat = kept.flatMap(({ name, value }) => [name, value]);
  flat.unshift('Host', to.host);
  flat.push('Content-Length', String(bodyBytes), 'Connection', 'close');
  return flat;
}
