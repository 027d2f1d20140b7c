import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  findReceiverProgram,
  type ReceiverProgramName,
} from '../../../../../scripts/test-programs.ts';
import { type Block, ROOT } from '../blocks.ts';

/** Whose node_modules hold what the receivers import, in the versions that its lock names. */
const PACKAGES = join(ROOT, 'examples/receivers');
/** Where @sydx/sdk is found, as long as no registry has it. */
const WORKSPACE = join(ROOT, 'packages/server');
const NEXT_ROUTE = fileURLToPath(new URL('./next-route.ts', import.meta.url));

/** A receiver of the documents that runs. */
export interface Receiver {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  readonly output: () => string;
}

/** What has to be installed for a block; null for Node, which is always there. */
export function programOf({ language, mark }: Block): ReceiverProgramName | null {
  if (language === 'python') return mark.includes('flask') ? 'flask' : 'python3';
  if (language === 'csharp') return 'mono';
  const names: readonly string[] = ['php', 'ruby', 'go', 'java'];
  return names.includes(language) ? (language as ReceiverProgramName) : null;
}

/** Makes of a block what its reader would run: a file, or a program built of it. */
export function prepare(block: Block, folder: string): (port: number) => readonly string[] {
  const { language, code, mark } = block;
  const name = programOf(block);
  if (name === null && language === 'js') {
    if (!existsSync(join(PACKAGES, 'node_modules')))
      throw new Error('Run first: node scripts/install-integrations.ts');
    const kind = code.includes('require(') ? 'commonjs' : 'module';
    return () => [process.execPath, `--input-type=${kind}`, '-e', code];
  }
  mkdirSync(folder, { recursive: true });
  // Java's file has its class's name.
  const endings: Readonly<Record<string, string>> = { python: 'py', ruby: 'rb', csharp: 'cs' };
  const file = join(folder, `Receiver.${endings[language] ?? language}`);
  writeFileSync(file, code);
  if (name === null) return () => [process.execPath, NEXT_ROUTE, file];
  const program = findReceiverProgram(name).path;
  if (program === null) throw new Error(`${name} is not installed, and ${mark} needs it.`);
  const built = join(folder, 'receiver.exe');
  switch (name) {
    case 'php':
      return (port) => [program, '-S', `127.0.0.1:${port}`, file];
    case 'go':
      // Built first: `go run` would leave its child behind.
      build(program, 'build', '-o', built, file);
      return () => [built];
    case 'mono':
      build(program, `-out:${built}`, file);
      return () => [join(dirname(program), 'mono'), built];
    default:
      return () => [program, file];
  }
}

function build(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

export interface StartOptions {
  readonly block: Block;
  /** What prepare() gave. */
  readonly command: (port: number) => readonly string[];
  readonly port: number;
  readonly secret: string;
}

/** Starts a receiver as its reader would. */
export function start({ block, command, port, secret }: StartOptions): Receiver {
  const [program = '', ...args] = command(port).map((part) =>
    part.replace('whsec_your_secret_here', secret),
  );
  const child = spawn(program, args, {
    cwd: block.code.includes('@sydx/sdk') ? WORKSPACE : PACKAGES,
    env: {
      ...process.env,
      PORT: String(port),
      WEBHOOK_SECRET: secret,
      // What it printed is there when it is killed.
      PYTHONUNBUFFERED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return { child, output: () => output };
}

export function hasEnded({ child }: Receiver): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export async function stop(receiver: Receiver): Promise<void> {
  if (hasEnded(receiver)) return;
  const closed = once(receiver.child, 'close');
  receiver.child.kill();
  await closed;
}

/** @returns whether it listens: false when it ended instead */
export async function isListening(url: string, receiver: Receiver): Promise<boolean> {
  while (!hasEnded(receiver)) {
    try {
      await (await fetch(url, { method: 'POST' })).arrayBuffer();
      return true;
    } catch {
      // Not up yet.
      await sleep(50);
    }
  }
  return false;
}
