import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { ServerCertificate } from './certificates.ts';

/** A request as a receiver saw it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Receiver {
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT`, no trailing slash. */
  readonly origin: string;
  readonly port: number;
  /** Everything received so far, oldest first. Empty for raw receivers. */
  readonly requests: ReceivedRequest[];
  /** How many connections were ever opened. */
  readonly connectionCount: () => number;
  readonly openConnectionCount: () => number;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Serves HTTPS when given. */
  certificate?: ServerCertificate;
  host?: string;
  port?: number;
}

export type Answer = (
  request: ReceivedRequest,
  response: ServerResponse,
  socket: Socket,
) => unknown;

/** A well-behaved server: answers 200 `{"received":true}`, or what `answer` says. */
export async function startReceiver(
  answer: Answer = answerReceived,
  options: ReceiverOptions = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: ReceivedRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      requests.push(request);
      answer(request, response, incoming.socket);
    });
  };
  const server =
    options.certificate === undefined
      ? createHttp(listener)
      : createHttps(options.certificate, listener);
  return listen(server, requests, options);
}

/** Called once for each connection that sent something, with the bytes of the first read. */
export type Script = (socket: Socket, firstBytes: Buffer) => void;

/** A server that may answer anything at all: the script writes the bytes itself. */
export function startRawReceiver(script: Script, options: ReceiverOptions = {}): Promise<Receiver> {
  const onSocket = (socket: Socket) => {
    // Hostile scripts write into sockets that the other side has long destroyed.
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes: Buffer) => script(socket, bytes));
  };
  const server =
    options.certificate === undefined
      ? createTcp(onSocket)
      : createTls(options.certificate, onSocket);
  return listen(server, [], options);
}

/** Accepts connections and never says a word: neither HTTP nor a TLS handshake. */
export function startSilentReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const server = createTcp((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  return listen(server, [], options);
}

function answerReceived(_request: ReceivedRequest, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  response.end('{"received":true}');
}

async function listen(
  server: Server,
  requests: ReceivedRequest[],
  options: ReceiverOptions,
): Promise<Receiver> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
  });
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    origin:
      options.certificate === undefined
        ? `http://${bracketed}:${port}`
        : `https://localhost:${port}`,
    port,
    requests,
    connectionCount: () => connections,
    openConnectionCount: () => open.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
