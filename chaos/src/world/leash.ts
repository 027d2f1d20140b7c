/**
 * Loaded into each node before the product, by --import. Two things that the runner needs and that
 * change nothing of what the product does:
 *
 * - the node calls out from an address of its own (all of 127.0.0.0/8 is this machine), so that
 *   receivers can tell nodes apart, and one node alone can be cut off from them;
 * - it ends when the runner is gone, even when that was killed.
 */
import { Socket } from 'node:net';

const address = process.env['CHAOS_ADDRESS'];

const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
Socket.prototype.connect = function connectFrom(this: Socket, ...args: unknown[]): Socket {
  // net.connect hands its arguments over as one array, options first.
  const [first] = args;
  const options: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && options !== null && 'host' in options) {
    if (options.host === '127.0.0.1') Object.assign(options, { localAddress: address });
  }
  return connect.apply(this, args);
};

// The runner holds the other end of standard input and never writes to it.
process.stdin.on('end', () => process.exit(1)).resume();
