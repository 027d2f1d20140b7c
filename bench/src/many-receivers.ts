/** The process of many receivers, each on a port of its own: slow ones, or ones that never answer. */
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerParent } from './remote.ts';

export interface Receivers {
  count: number;
  /** null: requests are read and never answered. */
  answerAfterMs: number | null;
  /** null: plain HTTP. */
  certificate: { key: string; cert: string } | null;
}

export interface Seen {
  requests: number;
  /** Connections that were ever made, TLS handshake and all. */
  connections: number;
  open: number;
}

const seen: Seen = { requests: 0, connections: 0, open: 0 };
const servers: Server[] = [];

async function listen({ count, answerAfterMs, certificate }: Receivers): Promise<number[]> {
  const answer: RequestListener = (request, response) => {
    seen.requests += 1;
    request.resume();
    if (answerAfterMs !== null) setTimeout(() => response.end(), answerAfterMs);
  };
  const ports: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const server = certificate === null ? createHttp(answer) : createHttps(certificate, answer);
    server.keepAliveTimeout = 120_000;
    server.on(certificate === null ? 'connection' : 'secureConnection', (socket: Socket) => {
      seen.connections += 1;
      seen.open += 1;
      socket.once('close', () => (seen.open -= 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    ports.push((server.address() as AddressInfo).port);
  }
  return ports;
}

const handlers = {
  /** @returns the ports */
  listen,
  seen: (_: null): Seen => ({ ...seen }),
};

export type ManyReceivers = typeof handlers;

answerParent(handlers);
