import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface HostileProcess {
  /** `/N` is the hostility of that number (round and round), any other path hangs. */
  readonly port: number;
  /** How many connections are open now. */
  openCount(): Promise<number>;
  close(): Promise<void>;
}

/** Hostile receivers that load a process of their own, so that a test can watch the engine's. */
export async function startHostileProcess(): Promise<HostileProcess> {
  const program = fileURLToPath(new URL('./hostile-program.ts', import.meta.url));
  const child = fork(program, [], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    async openCount() {
      const answered = once(child, 'message');
      child.send('count');
      const [{ open }] = (await answered) as [{ open: number }];
      return open;
    },
    async close() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
