/**
 * The receiver's process: a bare node:http server that answers 200 at once. While told to, it also
 * notes what arrived: the webhook-id out of the raw headers and the moment, one push each.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { momentMs } from './moment.ts';
import { answerParent } from './remote.ts';

let notes = false;
let count = 0;
let ids: string[] = [];
let moments: number[] = [];

const server = createServer((request, response) => {
  count += 1;
  if (notes) note(request.rawHeaders);
  request.resume();
  response.end();
});
// Idle connections live through the pauses between rows.
server.keepAliveTimeout = 120_000;

function note(rawHeaders: readonly string[]): void {
  const at = rawHeaders.indexOf('webhook-id');
  ids.push(at < 0 ? '' : (rawHeaders[at + 1] ?? ''));
  moments.push(momentMs());
}

const handlers = {
  /** @returns the port */
  listen: async (_: null): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
  /** Starts anew. */
  reset: (options: { notes: boolean }): void => {
    notes = options.notes;
    count = 0;
    ids = [];
    moments = [];
  },
  count: (_: null): number => count,
  arrivals: (_: null): { ids: string[]; momentsMs: Float64Array } => ({
    ids,
    momentsMs: Float64Array.from(moments),
  }),
};

export type Receiver = typeof handlers;

answerParent(handlers);
