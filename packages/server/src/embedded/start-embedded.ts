import { join } from 'node:path';
import pg from 'pg';
import { openBinaries } from './binaries.ts';
import { openCluster, USER } from './cluster.ts';
import { SOCKET_PORT } from './configuration.ts';
import { type HomeOptions, openHome } from './home.ts';
import { lockDirectory } from './lock.ts';
import { clearOrphan, readPidFile } from './postmaster.ts';
import { restartServer, type ServerOptions, startServer } from './server.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import { openSocketDirectory, removeSocketDirectory } from './socket-directory.ts';
import { type EmbeddedLog, supervise, type UnexpectedExit } from './supervisor.ts';

export type EmbeddedOptions = HomeOptions & {
  readonly log: EmbeddedLog;
  /** Settings of PostgreSQL beside those of a small machine. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Called each time PostgreSQL ends unasked; it is being restarted unless `restartInMs` is null. */
  readonly onExit?: (exit: UnexpectedExit) => void;
};

/** A private PostgreSQL that runs. */
export type EmbeddedPostgres = {
  /** The data directory really in use: generated keys belong there. */
  readonly dataDir: string;
  /** For `pg`; holds the password, so never log it. */
  readonly connectionString: string;
  /** Stops PostgreSQL in its orderly way and frees the data directory. May be called twice. */
  stop(): Promise<void>;
};

/**
 * Starts the private PostgreSQL on a data directory: makes what is missing, stops what an earlier
 * start left behind, and keeps it running until `stop`.
 *
 * @throws EmbeddedError when it cannot run here or another process has the directory; its message
 *   says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const home = await openHome(options);
  const lock = lockDirectory(home.dir);
  let serverLog: ServerLog | null = null;
  let socketDir: string | null = null;
  try {
    if (home.moved !== null) log.warn({ dataDir: home.dir }, home.moved);
    // Before the binaries: an orphan may run from a copy that is about to be replaced.
    const oldSocketDir = readPidFile(home.clusterDir)?.socketDir;
    const cleared = await clearOrphan(home.clusterDir);
    if (cleared !== null) log.warn({}, cleared);
    if (oldSocketDir !== undefined) await removeSocketDirectory(oldSocketDir, home);

    const binaries = await openBinaries(home.dir, home.account);
    if (binaries.copied !== null) log.info({}, binaries.copied);
    const password = await openCluster(home, binaries);
    socketDir = await openSocketDirectory(home);
    serverLog = openServerLog(join(home.dir, 'postgres.log'));
    const { configuration = {} } = options;
    const serverOptions: ServerOptions = { home, binaries, socketDir, serverLog, configuration };
    const server = await startServer(serverOptions);
    const connectTo = (database: string) => connectionString(password, database, serverOptions);
    try {
      await createDatabase(connectTo('postgres'));
    } catch (error) {
      await server.stop();
      throw error;
    }
    log.info({ pid: server.pid, dataDir: home.dir }, 'The private PostgreSQL runs.');

    const restart = () => restartServer(serverOptions);
    const supervisor = supervise(server, restart, log, options.onExit ?? (() => undefined));
    const openLog = serverLog;
    const stop = closer(async () => {
      await supervisor.stop();
      openLog.close();
      await removeSocketDirectory(serverOptions.socketDir, home);
      lock.release();
    });
    return { dataDir: home.dir, connectionString: connectTo(USER), stop };
  } catch (error) {
    serverLog?.close();
    if (socketDir !== null) await removeSocketDirectory(socketDir, home);
    lock.release();
    throw error;
  }
}

/** Runs `close` once, however often it is asked for. */
function closer(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => (closing ??= close());
}

function connectionString(password: string, database: string, { socketDir }: ServerOptions) {
  const host = encodeURIComponent(socketDir);
  return `postgresql://${USER}:${password}@/${database}?host=${host}&port=${SOCKET_PORT}&sslmode=disable`;
}

/** initdb makes only `postgres`; ours is made here, again if a crash came in between. */
async function createDatabase(connection: string): Promise<void> {
  const client = new pg.Client({ connectionString: connection });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [USER]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${USER}`);
  } finally {
    await client.end();
  }
}
