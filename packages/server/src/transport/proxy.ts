import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { dial } from './dial.ts';
import { failureCode, TransportFailure } from './failure.ts';
import { handshake } from './handshake.ts';
import type { Resolve } from './resolve.ts';
import { bareHostname, portOf } from './target.ts';
import { unless } from './unless.ts';

/** The operator's way out (EGRESS_PROXY_URL). The address guard does not judge it. */
export interface Proxy {
  readonly hostname: string;
  readonly port: number;
  /** Whether the proxy itself is spoken to over TLS. */
  readonly isSecure: boolean;
  /** What Proxy-Authorization says; null without credentials. */
  readonly authorization: string | null;
}

/** @param text as the settings read it: http or https, a host, at most a user with a password */
export function readProxy(text: string): Proxy {
  const url = new URL(text);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    hostname: bareHostname(url),
    port: portOf(url),
    isSecure: url.protocol === 'https:',
    // RFC 7617, in UTF-8.
    authorization:
      credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/**
 * Opens a connection to the proxy itself.
 * Throws a TransportFailure `proxy_unreachable`, or the signal's reason.
 */
export async function dialProxy(
  proxy: Proxy,
  { resolve, secureContext }: { resolve: Resolve; secureContext: SecureContext },
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname, port } = proxy;
  try {
    const addresses = isIP(hostname) === 0 ? await unless(signal, resolve(hostname)) : [hostname];
    const socket = await dial(addresses, port, signal);
    if (!proxy.isSecure) return socket;
    const ticketless = { session: undefined, onSession: () => undefined };
    return await handshake(socket, { hostname, secureContext, signal, ...ticketless });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const text = `the egress proxy ${hostname}:${port} is out of reach (${failureCode(error)})`;
    throw new TransportFailure('proxy_unreachable', text, { cause: error });
  }
}
