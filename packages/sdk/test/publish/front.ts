import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What happens to one request instead of a quick answer. */
export type Fault =
  /** Answered at once; the server behind never sees it. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Done by the server behind, and the connection reset before the answer arrives. */
  | { kind: 'reset-after' }
  /** Done by the server behind, and never answered. */
  | { kind: 'silent-after' }
  /** Reset before the server behind sees it. */
  | { kind: 'reset-before' }
  /** Held until the promise is there, then passed on. */
  | { kind: 'hold'; until: Promise<void> };

/** What stands between a producer and the real server, and fails when it is told to. */
export interface Front {
  readonly origin: string;
  /** Bodies of the requests that arrived so far, as text. */
  readonly bodies: string[];
  /** The next requests' faults, in their order; after them all goes well. */
  readonly faults: Fault[];
  /** The most requests that were under way at once. */
  readonly mostOpen: () => number;
  /** Forgets what was seen, and the faults that were to come. */
  forget(): void;
  /** Stops listening and breaks what is open: connections are refused. */
  leave(): Promise<void>;
  /** Listens again, at the same port. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** @param target origin of the server behind */
export async function startFront(target: string): Promise<Front> {
  const bodies: string[] = [];
  const faults: Fault[] = [];
  const sockets = new Set<Socket>();
  let open = 0;
  let mostOpen = 0;

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    answer.once('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body.toString());
    const fault = faults.shift();
    if (fault?.kind === 'answer') {
      answer.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    }
    if (fault?.kind === 'reset-before') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'hold') await fault.until;
    const done = await pass(target, incoming, body);
    if (fault?.kind === 'reset-after') incoming.socket.resetAndDestroy();
    else if (fault?.kind !== 'silent-after') {
      answer.writeHead(done.status, { 'content-type': done.contentType }).end(done.body);
    }
  }

  const server = createServer((incoming, answer) => {
    handle(incoming, answer).catch(() => incoming.socket.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const leave = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    origin: `http://127.0.0.1:${port}`,
    bodies,
    faults,
    mostOpen: () => mostOpen,
    forget: () => {
      bodies.length = 0;
      faults.length = 0;
      mostOpen = 0;
    },
    leave,
    comeBack: () => listen(port),
    close: async () => {
      if (server.listening) await leave();
    },
  };
}

function pass(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; contentType: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const out = request(`${target}${url}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: String(response.headers['content-type']),
          body: Buffer.concat(chunks),
        }),
      );
    });
    out.on('error', reject);
    out.end(body);
  });
}
