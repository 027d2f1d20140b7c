import { type FaultyLink, startFaultyLink } from '@sydx/server/test/kit/faulty-link.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Role = 'all' | 'api' | 'worker';

export interface NodeOptions {
  readonly name: string;
  readonly role: Role;
  /** A loopback address that only this node calls out from. */
  readonly address: string;
  /** PostgreSQL, which the node reaches through a link of its own. */
  readonly databaseUrl: string;
  readonly logPath: string;
  /** Settings that all nodes share. */
  readonly env: Readonly<Record<string, string>>;
  /** Hears what no fault explains. */
  readonly onSurprise: (sentence: string) => void;
}

const BIN = fileURLToPath(new URL('../../../packages/server/bin/sydx.mjs', import.meta.url));
const LEASH = new URL('./leash.ts', import.meta.url).href;
const RESTART_MS = 500;
const READY = /(?:runs at|Health:) (http:\/\/[\d.]+:\d+)/;

/** A node of the product in a process of its own, kept running as a service manager does. */
export class ChaosNode {
  readonly options: NodeOptions;
  readonly link: FaultyLink;
  /** Where it answers; null while it does not run. */
  url: string | null = null;
  #child: ChildProcess | null = null;
  #ends = new Set<ChildProcess>();
  #wanted = true;
  #closed = false;
  #isKept = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: NodeOptions, link: FaultyLink) {
    this.options = options;
    this.link = link;
  }

  static async create(options: NodeOptions): Promise<ChaosNode> {
    return new ChaosNode(options, await startFaultyLink(options.databaseUrl));
  }

  get name(): string {
    return this.options.name;
  }

  /** Starts it and keeps it running; a start that fails, as with PostgreSQL away, is repeated. */
  start(): void {
    if (this.#closed) return;
    this.#wanted = true;
    if (this.#isKept) return;
    this.#isKept = true;
    this.#running = this.#keepRunning();
  }

  /**
   * Resolves when /readyz says that it takes requests and its database answers.
   *
   * @throws Error when that does not come in time
   */
  async ready(patienceMs = Infinity): Promise<void> {
    const untilMs = performance.now() + patienceMs;
    while (!(await this.isReady())) {
      if (performance.now() > untilMs) {
        throw new Error(`${this.name} does not become ready; its log is ${this.options.logPath}`);
      }
      await sleep(100);
    }
  }

  async isReady(): Promise<boolean> {
    const { url } = this;
    if (url === null) return false;
    try {
      return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok;
    } catch {
      // It does not run, or does not answer: not ready.
      return false;
    }
  }

  /** kill -9, and no new process until `start`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** @returns how it ended on SIGTERM, and after how long; null when there was nothing to end */
  async terminate(): Promise<{ code: number | string; tookMs: number } | null> {
    const startedMs = performance.now();
    const code = await this.#end('SIGTERM');
    return code === null ? null : { code, tookMs: performance.now() - startedMs };
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends whatever runs and its link. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.kill();
    await this.#running;
    await this.link.close();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null> {
    this.#wanted = false;
    const child = this.#child;
    let code: number | string | null = null;
    if (child !== null) {
      this.#ends.add(child);
      const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
      child.kill(signal);
      const [status, by] = await exit;
      code = status ?? by;
    }
    return code;
  }

  async #keepRunning(): Promise<void> {
    while (this.#wanted) {
      await this.#runOnce();
      if (this.#wanted) await sleep(RESTART_MS);
    }
    this.#isKept = false;
  }

  async #runOnce(): Promise<void> {
    const { role, address, logPath, env, name, onSurprise } = this.options;
    const log = openSync(logPath, 'a');
    const child = spawn(process.execPath, ['--import', LEASH, BIN, 'start'], {
      stdio: ['pipe', 'pipe', log],
      env: {
        ...env,
        PATH: process.env['PATH'],
        ROLE: role,
        DATABASE_URL: this.link.url,
        CHAOS_ADDRESS: address,
      },
    });
    closeSync(log);
    this.#child = child;
    let said = '';
    let wasReady = false;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (wasReady) return;
      said += chunk.toString();
      const url = READY.exec(said)?.[1];
      if (url === undefined) return;
      wasReady = true;
      this.url = url;
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    this.url = null;
    this.#child = null;
    if (!this.#ends.delete(child) && wasReady) {
      onSurprise(`${name} ended by itself (${code ?? signal}); its log is ${logPath}`);
    }
  }
}
