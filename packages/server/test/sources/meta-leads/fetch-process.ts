import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./fetch-program.ts', import.meta.url));
const running = new Set<ChildProcess>();

/** A node that fetches leads in a process of its own. */
export interface FetchProcess {
  /** Sends a signal and waits for the end. @returns the exit code; null when the signal ended it */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

export async function startFetchProcess(url: string, graphUrl: string): Promise<FetchProcess> {
  const child = fork(program, [url, graphUrl], { execArgv: [] });
  running.add(child);
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  const failed = ended.then((code) => {
    throw new Error(`The node ended before it had started: ${code}`);
  });
  await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return {
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    signal: (name) => void child.kill(name),
  };
}

/** Ends what still runs; for afterAll, so that a failed test leaves nothing behind. */
export async function killFetchProcesses(): Promise<void> {
  for (const child of running) {
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exit;
  }
}
