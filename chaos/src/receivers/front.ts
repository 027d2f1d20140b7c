import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Server as HttpsServer } from 'node:https';

/** What becomes of connections before TLS begins. */
export type Cut = 'reset' | 'silent';

/**
 * Stands before an HTTPS server and cuts connections by where they come from. `reset` ends them;
 * `silent` keeps them open and says nothing, not even a TLS handshake.
 */
export class Front {
  readonly server: NetServer;
  readonly #https: HttpsServer;
  readonly #open = new Set<Socket>();
  /** By address; '*' stands for everybody. */
  readonly #cuts = new Map<string, Cut>();

  constructor(https: HttpsServer) {
    this.#https = https;
    this.server = createServer((socket) => this.#enter(socket));
  }

  cut(from: string, how: Cut | null): void {
    if (how === null) this.#cuts.delete(from);
    else this.#cuts.set(from, how);
    if (how === 'silent') return;
    for (const socket of this.#open) {
      if (from === '*' || socket.remoteAddress === from) socket.resetAndDestroy();
    }
  }

  /** Whether what still arrives over an open connection is lost on its way. */
  loses(from: string | undefined): boolean {
    return this.#howFor(from) !== undefined;
  }

  #howFor(from = ''): Cut | undefined {
    return this.#cuts.get('*') ?? this.#cuts.get(from);
  }

  #enter(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const how = this.#howFor(socket.remoteAddress);
    if (how === 'reset') {
      socket.resetAndDestroy();
      return;
    }
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    if (how === undefined) this.#https.emit('connection', socket);
  }
}
