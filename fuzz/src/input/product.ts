import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@sydx/server/src/store/database.ts';
import { freePort } from '@sydx/server/test/kit/free-port.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START = ['packages/server/bin/sydx.mjs', 'start'];
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;

export const OPERATOR_KEY = 'fuzz-operator-key-0123456789';
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };
export const TENANT = 'first';

/** The product as people run it, with a private PostgreSQL in a directory of its own. */
export class Product {
  readonly port: number;
  readonly database: Database;
  /** Lines of its log at level error and above, and what it wrote that is no log line. */
  readonly complaints: string[];
  readonly #child: ChildProcess;
  readonly #dataDir: string;

  private constructor(parts: {
    port: number;
    database: Database;
    complaints: string[];
    child: ChildProcess;
    dataDir: string;
  }) {
    this.port = parts.port;
    this.database = parts.database;
    this.complaints = parts.complaints;
    this.#child = parts.child;
    this.#dataDir = parts.dataDir;
  }

  static async start(): Promise<Product> {
    const dataDir = await mkdtemp(join(tmpdir(), 'sydx-fuzz-'));
    const port = await freePort();
    const child = spawn(process.execPath, START, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        ALLOW_HTTP_TARGETS: 'true',
        ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
        OPERATOR_API_KEY: OPERATOR_KEY,
        BOOTSTRAP_TENANT: TENANT,
        BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
        BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      },
    });
    const complaints: string[] = [];
    listenTo(child, complaints);
    try {
      await untilReady(child, port, complaints);
      const database = openPrivate(dataDir);
      return new Product({ port, database, complaints, child, dataDir });
    } catch (error) {
      await end(child);
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Bytes of memory that the process has from the system: "VmRSS" in proc(5). */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  }

  async stop(): Promise<void> {
    await this.database.close();
    await end(this.#child);
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

function listenTo(child: ChildProcess, complaints: string[]): void {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The product has no output.');
  for (const stream of [stdout, stderr]) {
    createInterface(stream).on('line', (line) => {
      const level = /^\{"level":(\d+)/.exec(line)?.[1];
      // What it says to a person at the start is no log line; Node's own warnings and traces are neither.
      const isBad = level === undefined ? stream === stderr : Number(level) >= 50;
      if (isBad) complaints.push(line);
    });
  }
}

/** Line 5 of postmaster.pid is where its socket is: "Key files" in PostgreSQL's documentation. */
function openPrivate(dataDir: string): Database {
  const lines = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const host = lines[4] ?? '';
  return openDatabase(
    { host, port: 5432, user: 'sydx', database: 'sydx', password },
    console.error,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit').then(() => true);
  child.kill('SIGTERM');
  if (await Promise.race([ended, sleep(STOP_LIMIT_MS, false, { ref: false })])) return;
  child.kill('SIGKILL');
  await ended;
}

async function untilReady(child: ChildProcess, port: number, complaints: string[]): Promise<void> {
  const untilMs = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (performance.now() > untilMs) throw new Error('The product did not become ready.');
    await sleep(50);
  }
  throw new Error(`The product ended while starting.\n${complaints.join('\n')}`);
}
