import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { DeadlineQueue } from './deadlines.ts';
import { dial } from './dial.ts';
import { failureCode, TransportFailure } from './failure.ts';
import { isAddressAllowed, type Networks } from './guard.ts';
import { handshake } from './handshake.ts';
import type { OwnInboxes } from './own-inboxes.ts';
import type { Resolve } from './resolve.ts';
import type { Target } from './target.ts';
import { tunnel, type TunnelParts } from './tunnel.ts';

/** What every connection of a transport shares. */
export interface ConnectorParts {
  readonly resolve: Resolve;
  readonly allowNetworks: Networks;
  readonly secureContext: SecureContext;
  /** TLS tickets by origin key; they outlive the pool of their origin. */
  readonly sessions: Map<string, Buffer>;
  /** The same distance as an attempt's own deadline: a connection never outlives it by much. */
  readonly deadlines: DeadlineQueue;
  /** How long a lookup may take, so that a stalled name server is told from a stalled receiver. */
  readonly lookupLimitMs: number;
  /** The operator's egress proxy; null: straight to the receiver. */
  readonly tunnel: TunnelParts | null;
  /** Null: there are none. */
  readonly ownInboxes: OwnInboxes | null;
}

const MAX_SESSIONS = 1_000;
const READ_STEP_BYTES = 1_024;

/**
 * Makes undici's connect function for one origin: look up, judge every address, dial a judged one,
 * agree on TLS. The guard sits here because here is where the address is known for certain.
 */
export function createConnector(
  target: Target,
  parts: ConnectorParts,
  onOpen: (socket: Socket) => void,
): buildConnector.connector {
  return (_options, callback) => {
    void answer(open(target, parts), onOpen, callback);
  };
}

async function answer(
  opening: Promise<Socket>,
  onOpen: (socket: Socket) => void,
  callback: buildConnector.Callback,
): Promise<void> {
  const opened = await opening.catch((error: unknown) => error as Error);
  try {
    if (opened instanceof Error) {
      callback(opened, null);
      return;
    }
    // undici takes an answer before the request for a broken connection, and connects again at once,
    // and again, thousands of times a second.
    if (opened.readableLength > 0) {
      opened.destroy();
      callback(new TransportFailure('not_http', 'it spoke before it was asked'), null);
      return;
    }
    onOpen(opened);
    readInSmallSteps(opened);
    callback(null, opened);
  } catch (error) {
    // undici itself failed: that costs this attempt (its deadline tells), never the process.
    if (!(opened instanceof Error)) opened.destroy(error as Error);
  }
}

/**
 * Hands out at most 1 KiB at a time, and nothing once destroyed. undici parses a whole read even
 * after it gave the connection up, making one Error for each header beyond its limit: 64 KiB of
 * two-byte headers cost 150 ms of our event loop that way.
 */
function readInSmallSteps(socket: Socket): void {
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    if (socket.destroyed) return null;
    const isLarge = size === undefined && socket.readableLength > READ_STEP_BYTES;
    return isLarge ? read(READ_STEP_BYTES) : read(size);
  };
}

async function open(target: Target, parts: ConnectorParts): Promise<Socket> {
  const { deadlines, sessions } = parts;
  const aborter = new AbortController();
  const { signal } = aborter;
  const deadline = {
    onDeadline: () => aborter.abort(new TransportFailure('timeout', 'no connection in time')),
  };
  deadlines.add(deadline);
  try {
    if (target.isOwnInbox && parts.ownInboxes !== null) return await parts.ownInboxes.dial(signal);
    const addresses = await judgedAddresses(target, parts);
    // What is exempt is the operator's own, on this machine: no proxy would lead there.
    const socket =
      parts.tunnel === null || target.isExempt
        ? await dial(addresses, target.port, signal)
        : await tunnel(addresses, target.port, parts.tunnel, signal);
    if (!target.isSecure) return socket;
    return await handshake(socket, {
      hostname: target.hostname,
      secureContext: parts.secureContext,
      session: sessions.get(target.key),
      onSession: (session) => {
        sessions.delete(target.key);
        sessions.set(target.key, session);
        if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value ?? '');
      },
      signal,
    });
  } catch (error) {
    // undici retries for ever on its own socket errors: give it only codes of ours.
    throw error instanceof TransportFailure
      ? error
      : new TransportFailure(failureCode(error), String(error), { cause: error });
  } finally {
    deadlines.delete(deadline);
  }
}

/** IPv4 first: where IPv6 is half configured, the other order costs 250 ms a connection. */
async function judgedAddresses(target: Target, parts: ConnectorParts): Promise<readonly string[]> {
  const { hostname } = target;
  const addresses =
    isIP(hostname) === 0
      ? await within(parts.lookupLimitMs, parts.resolve(hostname), hostname)
      : [hostname];
  if (!target.isExempt) {
    const refused = addresses.find((address) => !isAddressAllowed(address, parts.allowNetworks));
    // One bad address refuses the name: which of them is dialled must not be a matter of luck.
    if (refused !== undefined) {
      throw new TransportFailure('address_refused', `${hostname} leads to ${refused}`);
    }
  }
  return addresses.toSorted((a, b) => isIP(a) - isIP(b));
}

function within<T>(limitMs: number, lookup: Promise<T>, hostname: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new TransportFailure('dns_failed', `looking up ${hostname} took too long`)),
      limitMs,
    );
    lookup.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
