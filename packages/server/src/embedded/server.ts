import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { postgresArguments, SOCKET_PORT } from './configuration.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Home } from './home.ts';
import { clearOrphan, readPidFile, shutDown } from './postmaster.ts';
import type { ServerLog } from './server-log.ts';

/** How a server ended. */
export type ServerExit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its log. */
  readonly tail: string;
};

/** One run of PostgreSQL, from spawn to exit. */
export type Server = {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  /** Fast shutdown; resolves once it is gone. */
  stop(): Promise<void>;
};

export type ServerOptions = {
  readonly home: Home;
  readonly binaries: Binaries;
  readonly socketDir: string;
  readonly serverLog: ServerLog;
  /** Settings of PostgreSQL beside those of a small machine, such as a server for many nodes needs. */
  readonly configuration?: Readonly<Record<string, string>>;
};

/** Backends of a killed server notice within moments that it is gone. */
const SURVIVORS_MS = 30_000;

/**
 * Starts PostgreSQL and waits until it takes connections, however long its recovery takes. Where
 * backends of a killed server still hold the shared memory, waits for them to end.
 *
 * @throws EmbeddedError with the end of its log when it exits instead
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const until = performance.now() + SURVIVORS_MS;
  for (;;) {
    // Nobody serves this cluster now, so a socket left by a killed server is nobody's; PostgreSQL
    // itself would refuse it when its pid went to another program.
    await rm(join(options.socketDir, `.s.PGSQL.${SOCKET_PORT}.lock`), { force: true });
    const server = spawnServer(options);
    const exit = await readyOrExit(server, options.home.clusterDir);
    if (exit === 'ready') return server;
    if (/shared memory block .* still in use/.test(exit.tail) && performance.now() < until) {
      await sleep(250);
      continue;
    }
    throw new EmbeddedError(
      `PostgreSQL did not start (${describeExit(exit)}). Its log ends with:\n${exit.tail}`,
    );
  }
}

/** "exit code 1" or "SIGKILL", for a sentence. */
export function describeExit(exit: ServerExit): string {
  return exit.signal ?? `exit code ${exit.code}`;
}

function spawnServer(options: ServerOptions): Server {
  const { home, binaries, socketDir, serverLog, configuration } = options;
  const logStart = serverLog.size();
  const child = spawn(
    join(binaries.binDir, 'postgres'),
    postgresArguments(home.clusterDir, socketDir, configuration),
    {
      ...runAs(home.account),
      stdio: ['ignore', serverLog.fd, serverLog.fd],
      // A session of its own: Ctrl+C in the terminal is for us, who stop it when work is done.
      detached: true,
    },
  );
  const { pid } = child;
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  // Whatever ends this process in an orderly way ends PostgreSQL too; kill -9 leaves an orphan.
  const stopAtExit = () => child.kill('SIGINT');
  process.once('exit', stopAtExit);
  const exited = new Promise<ServerExit>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null, tail: string) => {
      process.off('exit', stopAtExit);
      resolve({ code, signal, tail });
    };
    child.once('exit', (code, signal) => finish(code, signal, serverLog.tail(logStart)));
    // Without a pid the spawn itself failed; 'exit' never comes then.
    child.once('error', (error) => {
      if (pid === undefined) finish(null, null, error.message);
    });
  });
  return {
    pid: pid ?? 0,
    exited,
    stop: async () => {
      if (pid !== undefined) await shutDown(pid, hasExited);
      await exited;
    },
  };
}

/** Waits as pg_ctl does: until the server's pid file says that it is ready. */
async function readyOrExit(server: Server, clusterDir: string): Promise<'ready' | ServerExit> {
  for (;;) {
    const exit = await Promise.race([server.exited, sleep(20, null)]);
    if (exit !== null) return exit;
    const file = readPidFile(clusterDir);
    if (file?.pid === server.pid && file.status === 'ready') return 'ready';
  }
}

/** Clears what a killed server left, then starts anew. */
export async function restartServer(options: ServerOptions): Promise<Server> {
  await clearOrphan(options.home.clusterDir);
  return startServer(options);
}
