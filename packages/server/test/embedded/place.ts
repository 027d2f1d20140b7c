import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { clearOrphan, readPidFile } from '../../src/embedded/postmaster.ts';

export const isRoot = process.getuid?.() === 0;
export const NOBODY = 65_534;

type Line = {
  readonly log?: string;
  readonly ready?: string;
  readonly dataDir?: string;
  readonly refused?: string;
  readonly exit?: string;
  readonly stopped?: boolean;
};

/** A process that runs a private PostgreSQL, or was refused. */
export type Started = {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  readonly url: string;
  readonly dataDir: string;
  readonly refused: string | undefined;
  logged(words: RegExp): boolean;
  /** Waits until it said a line of this kind. */
  told(kind: keyof Line): Promise<Line>;
  end(signal: NodeJS.Signals): Promise<void>;
};

export type StartOptions = {
  readonly dataDirGiven?: boolean;
  readonly fallbackDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
};

/** A temporary directory, the processes that were started in it, and their clearing away. */
export class Place {
  readonly dir: string;
  readonly #started: Started[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** @param mode of the directory; as root, PostgreSQL's user passes only through 0711 */
  static async make(mode = 0o711): Promise<Place> {
    const dir = await mkdtemp(join(tmpdir(), 'sydx-embedded-'));
    await chmod(dir, mode);
    return new Place(dir);
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  async start(dataDir: string, options: StartOptions = {}): Promise<Started> {
    const { dataDirGiven = true, fallbackDir, env = process.env, uid } = options;
    const wanted = { dataDir, dataDirGiven, ...(fallbackDir && { fallbackDir }) };
    const program = fileURLToPath(new URL('./program.ts', import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(wanted)], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(uid !== undefined && { uid, gid: uid }),
    });
    const lines: Line[] = [];
    const reader = createInterface({ input: child.stdout });
    reader.on('line', (line) => {
      lines.push(JSON.parse(line) as Line);
      reader.emit('told');
    });
    const told = async (...kinds: (keyof Line)[]): Promise<Line> => {
      for (;;) {
        const line = lines.find((each) => kinds.some((kind) => each[kind] !== undefined));
        if (line !== undefined) return line;
        await once(reader, 'told');
      }
    };
    const first = await told('ready', 'refused');
    const started: Started = {
      child,
      lines,
      url: first.ready ?? '',
      dataDir: first.dataDir ?? dataDir,
      refused: first.refused,
      logged: (words) => lines.some((line) => words.test(line.log ?? '')),
      told,
      end: async (signal) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      },
    };
    this.#started.push(started);
    return started;
  }

  async clear(): Promise<void> {
    for (const started of this.#started) {
      await started.end('SIGTERM');
      if (started.refused === undefined) await clearOrphan(clusterOf(started.dataDir));
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}

export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres', 'data');
}

export function postmasterPid(dataDir: string): number {
  return readPidFile(clusterOf(dataDir))?.pid ?? 0;
}

export async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}
