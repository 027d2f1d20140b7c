import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * Hangs up on whoever has not read an answer to its end by then. A stream is asked for its next piece, and
 * so whether it is over, only while its reader reads: one who stops would keep its place for ever.
 *
 * @param body what is being answered
 */
export function hangUpAfter(ms: number, socket: Socket, body: Readable): void {
  const timer = setTimeout(() => socket.destroy(), ms);
  body.once('close', () => clearTimeout(timer));
}
