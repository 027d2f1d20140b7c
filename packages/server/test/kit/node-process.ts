import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../src/base/settings.ts';
import type { NewEvent } from '../../src/store/publish-events.ts';

export interface NodeOptions {
  url: string;
  role?: Role;
  retryScheduleSeconds?: readonly number[];
}

export type Order =
  | { kind: 'load'; tenantNo: number; tenantId: string; clients: number }
  | { kind: 'publish'; events: NewEvent[] }
  | { kind: 'test'; webhook: { id: string; tenantNo: number; tenantId: string } };

export type Report =
  | { kind: 'started' }
  | { kind: 'accepted'; eventIds: string[] }
  | { kind: 'refused'; error: string };

/** A node in a process of its own. */
export interface NodeProcess {
  /** Decimal ids of what it accepted, as far as it could tell before it ended. */
  readonly accepted: string[];
  readonly refused: string[];
  order(order: Order): void;
  /** Sends a signal and does not wait. */
  signal(name: NodeJS.Signals): void;
  /** Waits for its end. @returns the exit code, or the signal that ended it */
  ended(): Promise<number | string>;
}

const running = new Set<ChildProcess>();
const program = fileURLToPath(new URL('./node-program.ts', import.meta.url));

/** Starts are one after the other: five at once on two cores take longer than leases do. */
let starting: Promise<unknown> = Promise.resolve();

/** @param env besides this process's own, such as a clock's */
export function startNodeProcess(
  options: NodeOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const next = starting.then(() => start(options, env));
  starting = next.catch(() => undefined);
  return next;
}

async function start(
  options: NodeOptions,
  more: Readonly<Record<string, string>>,
): Promise<NodeProcess> {
  const env = { ...process.env, ...more };
  const child = fork(program, [JSON.stringify(options)], { execArgv: [], env });
  running.add(child);
  const exit = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? '');
    });
  });
  const accepted: string[] = [];
  const refused: string[] = [];
  const started = new Promise<void>((resolve) => {
    child.on('message', (report: Report) => {
      if (report.kind === 'started') resolve();
      else if (report.kind === 'accepted') accepted.push(...report.eventIds);
      else refused.push(report.error);
    });
  });
  const failed = exit.then((code) => {
    throw new Error(`The node ended before it had started: ${code}`);
  });
  await Promise.race([started, failed]);
  failed.catch(() => undefined);
  return {
    accepted,
    refused,
    order: (order) => child.send(order),
    signal: (name) => child.kill(name),
    ended: () => exit,
  };
}

/** Ends every node that still runs; for afterAll, so that a failed test leaves nothing behind. */
export async function killNodeProcesses(): Promise<void> {
  for (const child of running) {
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exit;
  }
}
