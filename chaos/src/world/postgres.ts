import { openBinaries } from '@sydx/server/src/embedded/binaries.ts';
import { openCluster, USER } from '@sydx/server/src/embedded/cluster.ts';
import { SOCKET_PORT } from '@sydx/server/src/embedded/configuration.ts';
import { openHome } from '@sydx/server/src/embedded/home.ts';
import { type Lock, lockDirectory } from '@sydx/server/src/embedded/lock.ts';
import { type Server, type ServerOptions, startServer } from '@sydx/server/src/embedded/server.ts';
import { openServerLog } from '@sydx/server/src/embedded/server-log.ts';
import { openSocketDirectory } from '@sydx/server/src/embedded/socket-directory.ts';
import { join } from 'node:path';
import pg from 'pg';

/** How PostgreSQL goes down: in order, or at once with a recovery at its next start. */
export type Shutdown = 'fast' | 'immediate';

/** https://www.postgresql.org/docs/18/server-shutdown.html */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** A PostgreSQL that belongs to no node: it is stopped and started while they run. */
export class Postgres {
  /** Through the Unix socket, past every link. */
  readonly url: string;
  readonly #options: ServerOptions;
  readonly #lock: Lock;
  #server: Server | null = null;
  #closed = false;

  private constructor(url: string, options: ServerOptions, lock: Lock) {
    this.url = url;
    this.#options = options;
    this.#lock = lock;
  }

  /** Makes a cluster in `dir`, as durable as the product's own, and starts it. */
  static async create(dir: string): Promise<Postgres> {
    const home = await openHome({ dataDir: dir, dataDirGiven: true });
    const lock = lockDirectory(home.dir);
    const binaries = await openBinaries(home.dir, home.account);
    const password = await openCluster(home, binaries);
    const socketDir = await openSocketDirectory(home);
    const options: ServerOptions = {
      home,
      binaries,
      socketDir,
      serverLog: openServerLog(join(home.dir, 'postgres.log')),
      // Nodes that were cut off and nodes that replace them, up to 18 connections each.
      configuration: { max_connections: '200' },
    };
    const host = encodeURIComponent(socketDir);
    const url = `postgresql://${USER}:${password}@/postgres?host=${host}&port=${SOCKET_PORT}&sslmode=disable`;
    const postgres = new Postgres(url, options, lock);
    await postgres.start();
    return postgres;
  }

  async start(): Promise<void> {
    if (this.#closed) return;
    this.#server = await startServer(this.#options);
  }

  /** @returns when it is gone */
  async stop(how: Shutdown): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    process.kill(server.pid, SIGNALS[how]);
    await server.exited;
  }

  /** One statement over a connection of its own. */
  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'chaos' });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Stops it for good and lets go of its directory. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop('fast');
    this.#options.serverLog.close();
    this.#lock.release();
  }
}
