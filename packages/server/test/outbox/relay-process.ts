import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./relay-program.ts', import.meta.url));
const running = new Set<ChildProcess>();

/** A relaying node in a process of its own. */
export interface RelayProcess {
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end. @returns the exit code */
  stop(): Promise<number | null>;
  pause(): void;
  resume(): void;
}

export async function startRelayProcess(
  url: string,
  outboxUrl: string | null,
): Promise<RelayProcess> {
  const child = fork(program, [url, outboxUrl ?? ''], { execArgv: [] });
  running.add(child);
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  const failed = ended.then((code) => {
    throw new Error(`The relay ended before it had started: ${code}`);
  });
  await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

/** Ends what still runs; for afterAll, so that a failed test leaves nothing behind. */
export async function killRelayProcesses(): Promise<void> {
  for (const child of running) {
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exit;
  }
}
