import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { AttemptErrorCode } from '@sydx/contract';
import { LIMITS } from '@sydx/contract';
import { TransportFailure } from './failure.ts';
import { dialProxy, type Proxy } from './proxy.ts';
import type { Resolve } from './resolve.ts';

export interface TunnelParts {
  readonly proxy: Proxy;
  readonly resolve: Resolve;
  readonly secureContext: SecureContext;
  /** How long the proxy may take, so that a proxy that stalls is told from a receiver that does. */
  readonly limitMs: number;
}

/** Addresses of one name that the proxy is asked for, one after the other. */
const MAX_ADDRESSES = 3;
const HEAD_END = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)[ \r]/;

/**
 * Has the proxy connect us to the first of these checked addresses that it reaches (HTTP CONNECT,
 * RFC 9110 section 9.3.6). It is asked for the address and not for the name: what was judged is what
 * is dialled, whatever the proxy's own DNS says.
 * Throws a TransportFailure `proxy_…`, or the signal's reason.
 */
export async function tunnel(
  addresses: readonly string[],
  port: number,
  parts: TunnelParts,
  signal: AbortSignal,
): Promise<Socket> {
  const limit = new AbortController();
  let stage: AttemptErrorCode = 'proxy_unreachable';
  const timer = setTimeout(() => {
    limit.abort(new TransportFailure(stage, 'the egress proxy took too long'));
  }, parts.limitMs);
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    for (const [index, address] of addresses.slice(0, MAX_ADDRESSES).entries()) {
      stage = 'proxy_unreachable';
      const socket = await dialProxy(parts.proxy, parts, either);
      stage = 'proxy_timeout';
      const failure = await connectThrough(socket, address, port, parts.proxy, either);
      if (failure === null) return socket;
      const isLast = index + 1 >= Math.min(addresses.length, MAX_ADDRESSES);
      if (failure.code !== 'proxy_cannot_connect' || isLast) throw failure;
    }
    throw new TransportFailure('dns_not_found', 'no address to ask the egress proxy for');
  } finally {
    clearTimeout(timer);
  }
}

/** Gives null once the tunnel stands; else the socket is gone and this is why. */
function connectThrough(
  socket: Socket,
  address: string,
  port: number,
  proxy: Proxy,
  signal: AbortSignal,
): Promise<TransportFailure | null> {
  return new Promise((resolve, reject) => {
    let head = '';
    const stop = () => {
      socket.off('readable', onReadable);
      socket.off('error', onBroken);
      socket.off('end', onBroken);
      socket.off('close', onBroken);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (code: AttemptErrorCode, text: string) => {
      stop();
      socket.destroy();
      resolve(new TransportFailure(code, `the egress proxy ${text}`));
    };
    const onAbort = () => {
      stop();
      socket.destroy();
      reject(signal.reason as Error);
    };
    const onBroken = () => fail('proxy_failed', 'broke off');
    const onReadable = () => {
      for (let chunk = read(socket); chunk !== null; chunk = read(socket)) {
        head += chunk.toString('latin1');
        const verdict = judgeHead(head);
        if (verdict === null) continue;
        if (verdict !== 'open') fail(verdict.code, verdict.text);
        else {
          stop();
          resolve(null);
        }
        return;
      }
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    socket.on('error', onBroken);
    socket.on('end', onBroken);
    socket.on('close', onBroken);
    socket.on('readable', onReadable);
    socket.write(connectRequest(address, port, proxy));
  });
}

type Verdict = 'open' | { readonly code: AttemptErrorCode; readonly text: string };

/** Judges what the proxy answered so far; null while it may become an answer. */
function judgeHead(text: string): Verdict | null {
  const end = text.indexOf(HEAD_END);
  if (end === -1) {
    const isTooLong = text.length > LIMITS.responseHeadersBytes;
    return isTooLong ? { code: 'proxy_failed', text: 'answered without end' } : null;
  }
  const status = Number(STATUS_LINE.exec(text)?.[1]);
  if (status >= 200 && status <= 299) {
    // Neither HTTP nor TLS lets the receiver speak first: what follows is something else.
    const isEmpty = text.length === end + HEAD_END.length;
    return isEmpty ? 'open' : { code: 'not_http', text: 'leads to somebody who speaks first' };
  }
  if (Number.isNaN(status) || status < 200) {
    return { code: 'proxy_failed', text: 'answered something else than HTTP' };
  }
  return { code: codeOf(status), text: `answered ${status}` };
}

/** 5xx is what proxies say when the other side refuses or does not answer (squid 503, envoy 503). */
function codeOf(status: number): AttemptErrorCode {
  if (status === 407) return 'proxy_credentials_refused';
  return status >= 500 ? 'proxy_cannot_connect' : 'proxy_refused';
}

function connectRequest(address: string, port: number, { authorization }: Proxy): string {
  const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}

function read(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}
