import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runAs } from '../../src/embedded/account.ts';
import { type Binaries, openBinaries } from '../../src/embedded/binaries.ts';
import { openCluster, USER } from '../../src/embedded/cluster.ts';
import { postgresArguments, SOCKET_PORT } from '../../src/embedded/configuration.ts';
import { type Home, openHome } from '../../src/embedded/home.ts';
import { type Lock, lockDirectory } from '../../src/embedded/lock.ts';
import { clearOrphan } from '../../src/embedded/postmaster.ts';
import { openSocketDirectory, removeSocketDirectory } from '../../src/embedded/socket-directory.ts';
import { TEST_DATA } from './global-setup.ts';

export interface OwnPostgresOptions {
  /** Where its data goes instead of a directory of its own; it must be empty. */
  dir?: string;
  /** Besides PATH and the locale, such as LD_PRELOAD. */
  env?: Readonly<Record<string, string>>;
  /** On top of the private server's settings. */
  settings?: Readonly<Record<string, string>>;
}

/** How PostgreSQL is told to end: it breaks off what runs; it drops everything; it hears nothing. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

const running = new Set<OwnPostgres>();

/**
 * A PostgreSQL that belongs to one test, which may stop, kill and start it as it likes. Nobody else
 * starts it again.
 */
export class OwnPostgres {
  /** Of an empty database; the same after every start. */
  readonly url: string;
  readonly #home: Home;
  readonly #binaries: Binaries;
  readonly #socketDir: string;
  readonly #options: OwnPostgresOptions;
  /** Tells the sweep of the next run whether this one still lives. */
  readonly #lock: Lock;
  #child: ChildProcess | null = null;

  private constructor(parts: {
    home: Home;
    binaries: Binaries;
    socketDir: string;
    password: string;
    options: OwnPostgresOptions;
    lock: Lock;
  }) {
    this.#home = parts.home;
    this.#binaries = parts.binaries;
    this.#socketDir = parts.socketDir;
    this.#options = parts.options;
    this.#lock = parts.lock;
    const host = encodeURIComponent(parts.socketDir);
    const server = `${USER}:${parts.password}@/postgres?host=${host}&port=${SOCKET_PORT}`;
    this.url = `postgresql://${server}&sslmode=disable`;
  }

  /** Makes a cluster and starts it. */
  static async start(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
    const dataDir = options.dir ?? (await mkdtemp(join(tmpdir(), TEST_DATA)));
    // As root, PostgreSQL's user has to pass through.
    await chmod(dataDir, 0o711);
    const home = await openHome({ dataDir, dataDirGiven: true });
    const lock = lockDirectory(home.dir);
    const binaries = await openBinaries(home.dir, home.account);
    const password = await openCluster(home, binaries);
    const socketDir = await openSocketDirectory(home);
    const postgres = new OwnPostgres({ home, binaries, socketDir, password, options, lock });
    running.add(postgres);
    await postgres.start();
    return postgres;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it again, through recovery where that is needed, and waits until it lets clients in. */
  async start(): Promise<void> {
    const until = performance.now() + 60_000;
    while (!(await this.#tryStart())) {
      // Backends of a killed server hold its shared memory for a moment.
      if (performance.now() > until) throw new Error('PostgreSQL of this test does not start.');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** Ends it and waits until it is gone. */
  async stop(how: keyof typeof SIGNALS = 'fast'): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    const exited = once(child, 'exit');
    child.kill(SIGNALS[how]);
    await exited;
  }

  async #tryStart(): Promise<boolean> {
    await clearOrphan(this.#home.clusterDir);
    await rm(join(this.#socketDir, `.s.PGSQL.${SOCKET_PORT}.lock`), { force: true });
    const { env, ...as } = runAs(this.#home.account);
    this.#child = spawn(
      join(this.#binaries.binDir, 'postgres'),
      postgresArguments(this.#home.clusterDir, this.#socketDir, this.#options.settings),
      { ...as, env: { ...env, ...this.#options.env }, stdio: 'ignore' },
    );
    while (this.isRunning) {
      if (await this.#letsIn()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }

  async #letsIn(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url });
    // What breaks here breaks because it is not up yet.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Ends it for good and removes its data. */
  async clear(): Promise<void> {
    await this.stop('immediate');
    running.delete(this);
    await removeSocketDirectory(this.#socketDir, this.#home);
    this.#lock.release();
    const { dir } = this.#options;
    if (dir === undefined) await rm(this.#home.dir, { recursive: true, force: true });
  }
}

/** Ends what a failed test left running; for afterAll. */
export async function clearOwnPostgres(): Promise<void> {
  for (const postgres of running) await postgres.clear();
}

process.once('exit', () => {
  for (const postgres of running) void postgres.stop('immediate');
});
