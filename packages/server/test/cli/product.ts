import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearOrphan } from '../../src/embedded/postmaster.ts';
import { PATTERNS, secretsInText } from '../kit/secrets-in-clear.ts';

const BIN = fileURLToPath(new URL('../../bin/sydx.mjs', import.meta.url));
const SETTINGS =
  /^(PORT|HOST|PUBLIC_URL|DATABASE_URL|DATA_DIR|ROLE|.*_KEY.*|BOOTSTRAP_.*|SYDX_.*|LOG_LEVEL)$/;

type Env = Readonly<Record<string, string>>;

/** A command of the product that runs as a process of its own, or has ended. */
export interface Product {
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly out: () => string;
  /** Standard error so far. */
  readonly err: () => string;
  /** Waits until standard output has it. @throws Error when the process ends before */
  readonly said: (words: RegExp) => Promise<RegExpExecArray>;
  /** Waits for the end. @returns the exit code, or the signal that ended it */
  readonly ended: () => Promise<number | string>;
}

/** A directory for data, and the processes that were started, until clear(). */
export class Machine {
  readonly dir: string;
  readonly #running: Product[] = [];
  /** What a process wrote that is a log, and the secrets that its settings held. */
  readonly #logs: (() => [text: string, secrets: readonly string[]])[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(): Promise<Machine> {
    const dir = await mkdtemp(join(tmpdir(), 'sydx-cli-'));
    // As root, PostgreSQL's user has to pass through.
    await chmod(dir, 0o711);
    return new Machine(dir);
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** @param env settings; PORT is 0 unless told, and none of this process's own come in */
  run(args: readonly string[], env: Env = {}): Product {
    const product = this.spawn(process.execPath, [BIN, ...args], env);
    // Without a terminal a start says no secret; other commands print what they were asked for.
    if (args[0] === 'start') this.#logs.push(() => [product.out(), []]);
    return product;
  }

  spawn(command: string, args: readonly string[], env: Env = {}): Product {
    const outside = Object.entries(process.env).filter(([name]) => !SETTINGS.test(name));
    const child = spawn(command, args, {
      cwd: this.dir,
      env: { ...Object.fromEntries(outside), PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const product = watch(child);
    this.#running.push(product);
    const secrets = Object.entries(env).filter(([name]) => /_KEY|PASSWORD/.test(name));
    this.#logs.push(() => [product.err(), secrets.map(([, value]) => value)]);
    return product;
  }

  /**
   * Ends what still runs, as a test that failed leaves it, and removes the directory.
   *
   * @throws Error when a log or the files of the private PostgreSQL hold a secret in clear
   */
  async clear(): Promise<void> {
    for (const { child, ended } of this.#running) {
      child.kill('SIGKILL');
      await ended();
    }
    const cluster = this.path('data', 'postgres', 'data');
    await clearOrphan(cluster);
    const files = filesWithSecrets(cluster);
    await rm(this.dir, { recursive: true, force: true });
    const found = this.#logs.flatMap((log) => secretsInText(...log()));
    if (found.length > 0) throw new Error(`A log holds ${found.join(', ')}.`);
    if (files !== '') throw new Error(`A secret stands in clear in the files\n${files}`);
  }
}

/** @returns names of files, by lines, that hold what looks like a secret of the product */
function filesWithSecrets(cluster: string): string {
  if (!existsSync(cluster)) return '';
  return spawnSync('grep', ['-rlaE', PATTERNS.join('|'), cluster]).stdout.toString();
}

/** Follows what a process writes, and its end. */
export function watch(child: ChildProcess): Product {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    child.emit('told');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  let end: number | string | null = null;
  const closed = once(child, 'close').then(([code, signal]) => {
    end = (code as number | null) ?? String(signal);
    child.emit('told');
    return end;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    said: async (words) => {
      for (;;) {
        const match = words.exec(out);
        if (match !== null) return match;
        if (end !== null)
          throw new Error(`It ended (${end}) and never said ${words}:\n${out}${err}`);
        await once(child, 'told');
      }
    },
    ended: () => closed,
  };
}

const hasCurl = spawnSync('curl', ['--version']).error === undefined;
const CURL = fileURLToPath(new URL('./curl.ts', import.meta.url));

/** Runs a line as a person pastes it into a terminal. @returns what it printed */
export async function shell(machine: Machine, line: string, env: Env = {}): Promise<string> {
  const standIn = `curl() { '${process.execPath}' '${CURL}' "$@"; }; `;
  const run = machine.spawn('sh', ['-c', hasCurl ? line : `${standIn}${line}`], env);
  const code = await run.ended();
  if (code !== 0) throw new Error(`${line}\nended with ${code}: ${run.err()}`);
  return run.out();
}

/** The curl lines that a start printed. */
export function curlLines(text: string): string[] {
  return [...text.matchAll(/^ {2}(curl .*)$/gm)].map((match) => match[1] ?? '');
}
