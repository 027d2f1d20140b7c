import { connect, type Socket } from 'node:net';
import { failureCode, TransportFailure } from './failure.ts';
import { canonicalAddress } from './guard.ts';

/** How long one address may take before the next is tried beside it (RFC 8305, section 5). */
const STAGGER_MS = 250;
/** A name with more addresses than this is dialled at the first ones. */
const MAX_ADDRESSES = 8;

/**
 * Opens a TCP connection to the first of these checked addresses that answers, and to nothing
 * else: each is tried when the one before it failed or has been silent for 250 ms.
 * Throws the failure that says most, or the signal's reason.
 */
export function dial(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const waiting = addresses.slice(0, MAX_ADDRESSES);
    const trying = new Set<Socket>();
    const failures: Error[] = [];
    let stagger: NodeJS.Timeout | undefined;

    const stop = () => {
      clearTimeout(stagger);
      signal.removeEventListener('abort', onAbort);
      for (const socket of trying) socket.destroy();
      trying.clear();
    };
    const onAbort = () => {
      stop();
      reject(signal.reason as Error);
    };
    const tryNext = () => {
      clearTimeout(stagger);
      const address = waiting.shift();
      if (address === undefined) {
        if (trying.size === 0) {
          stop();
          reject(mostTelling(failures));
        }
        return;
      }
      const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
      trying.add(socket);
      socket.on('error', (error) => {
        // Also keeps a socket that has no other listener yet from ending the process.
        if (!trying.delete(socket)) return;
        failures.push(error);
        tryNext();
      });
      socket.once('connect', () => {
        trying.delete(socket);
        stop();
        if (canonicalAddress(socket.remoteAddress ?? '') === canonicalAddress(address)) {
          resolve(socket);
          return;
        }
        const text = `dialled ${address}, reached ${socket.remoteAddress}`;
        socket.destroy();
        reject(new TransportFailure('address_refused', text));
      });
      if (waiting.length > 0) stagger = setTimeout(tryNext, STAGGER_MS);
    };

    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    signal.addEventListener('abort', onAbort);
    tryNext();
  });
}

/** `No route by IPv6` says little beside `connection refused by IPv4`. */
function mostTelling(failures: readonly Error[]): Error {
  return (
    failures.find((error) => failureCode(error) !== 'network_unreachable') ??
    failures[0] ??
    new TransportFailure('dns_not_found', 'no address to dial')
  );
}
