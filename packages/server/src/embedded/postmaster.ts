import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError, hasCode } from './embedded-error.ts';

/** What PostgreSQL writes into postmaster.pid, as far as it has got. */
export type PidFile = { readonly pid: number; readonly socketDir: string; readonly status: string };

/** Above every pid that Linux or macOS hands out, so certainly nobody's. */
const NOBODYS_PID = 4_194_305;

const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** @returns null when no server claims the cluster */
export function readPidFile(clusterDir: string): PidFile | null {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    return { pid, socketDir: lines[4] ?? '', status: (lines[7] ?? '').trim() };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Ends a server that an earlier start left behind, and makes sure that a pid which meanwhile
 * belongs to another program does not keep the new one from starting.
 *
 * @returns what was found, as a sentence for the log; null when nothing was
 * @throws EmbeddedError when it may not be stopped
 */
export async function clearOrphan(clusterDir: string): Promise<string | null> {
  const file = readPidFile(clusterDir);
  if (file === null || file.pid === NOBODYS_PID) return null;
  const holder = holderOf(file.pid, clusterDir);
  if (holder === 'postmaster') {
    await shutDown(file.pid, () => holderOf(file.pid, clusterDir) !== 'postmaster');
    return `Stopped PostgreSQL (pid ${file.pid}), which an earlier start had left running.`;
  }
  // The file stays: it also tells PostgreSQL which shared memory to look at for surviving backends,
  // which must not meet a second server. Only the pid is taken out of it.
  const path = join(clusterDir, 'postmaster.pid');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/^\d+/, String(NOBODYS_PID)));
  return holder === 'nobody'
    ? `PostgreSQL (pid ${file.pid}) had ended without a shutdown; it recovers now.`
    : `PostgreSQL had ended without a shutdown, and its pid ${file.pid} is another program's now.`;
}

/** Who has this pid now: the server of this cluster, another program, or nobody. */
export function holderOf(pid: number, clusterDir: string): 'postmaster' | 'other' | 'nobody' {
  const found = process.platform === 'linux' ? lookInProc(pid, clusterDir) : lookWithPs(pid);
  if (found === null) return 'nobody';
  const [program = '', ...args] = found.command;
  // Backends call themselves `postgres: …`; only the postmaster keeps its command line.
  if (basename(program) !== 'postgres') return 'other';
  const given = args[args.indexOf('-D') + 1];
  const isOurs = found.isInCluster || (given !== undefined && isSameDir(given, clusterDir));
  return isOurs ? 'postmaster' : 'other';
}

type Found = { readonly command: readonly string[]; readonly isInCluster: boolean };

function lookInProc(pid: number, clusterDir: string): Found | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // A zombie is gone, only not fetched yet: in a container nobody may ever fetch it.
    const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
    if (state === 'Z' || state === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // PostgreSQL works inside its cluster; that holds even when the directory was moved.
    return { command, isInCluster: isSameDir(`/proc/${pid}/cwd`, clusterDir) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

function lookWithPs(pid: number): Found | null {
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'stat=,command='], {
    encoding: 'utf8',
  });
  const match = /^(\S+)\s+(.+?)(?: -D (.*?) -c .*)?$/.exec(stdout.trim());
  if (match === null || match[1]?.startsWith('Z')) return null;
  const [, , program = '', dir] = match;
  return { command: dir === undefined ? [program] : [program, '-D', dir], isInCluster: false };
}

function isSameDir(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR')) return false;
    throw error;
  }
}

/**
 * Stops a server: the fast shutdown that keeps everything (SIGINT), after 30 s the immediate one,
 * which costs the next start a recovery (SIGQUIT), and only 10 s later SIGKILL.
 * https://www.postgresql.org/docs/18/server-shutdown.html
 *
 * @throws EmbeddedError when the server belongs to another user
 */
export async function shutDown(pid: number, isGone: () => boolean): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const;
  for (const [signal, patienceMs] of steps) {
    if (isGone()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (hasCode(error, 'ESRCH')) return;
      throw new EmbeddedError(
        `PostgreSQL (pid ${pid}) still runs and belongs to another user. Stop it with ` +
          `\`kill -INT ${pid}\` as that user, then start again.`,
        { cause: error },
      );
    }
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      if (isGone()) return;
      await sleep(20);
    }
  }
  throw new EmbeddedError(`PostgreSQL (pid ${pid}) does not end. Look at it, then start again.`);
}
