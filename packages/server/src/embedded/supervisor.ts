import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './embedded-error.ts';
import { describeExit, type Server, type ServerExit } from './server.ts';

/** The part of a pino logger that is used here. */
export type EmbeddedLog = {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
};

/** PostgreSQL ended though nobody asked it to. */
export type UnexpectedExit = ServerExit & {
  /** null: it ended too often in a row and stays down; the process had better stop. */
  readonly restartInMs: number | null;
};

export type Supervisor = { stop(): Promise<void> };

const MAX_FAILURES = 10;
const HEALTHY_AFTER_MS = 60_000;

/** Waits 0.25, 0.5, 1 … 10 s before the restarts of a row; null when there were enough. */
export function restartDelayMs(failures: number): number | null {
  return failures > MAX_FAILURES ? null : Math.min(250 * 2 ** (failures - 1), 10_000);
}

/**
 * Keeps PostgreSQL running until told to stop. A run of a minute forgives all earlier failures.
 *
 * @param first a server that is ready
 * @param restart starts another one; throws when it does not come up
 */
export function supervise(
  first: Server,
  restart: () => Promise<Server>,
  log: EmbeddedLog,
  onExit: (exit: UnexpectedExit) => void,
): Supervisor {
  const stopping = new AbortController();
  let server: Server | null = first;

  async function keepRunning(): Promise<void> {
    let failures = 0;
    while (server !== null) {
      const startedAt = performance.now();
      const exit = await server.exited;
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt > HEALTHY_AFTER_MS ? 1 : failures + 1;
      server = await revive(exit);
      // The stop came while this restart was under way.
      if (stopping.signal.aborted) await server?.stop();
    }

    async function revive(exit: ServerExit): Promise<Server | null> {
      for (let last = exit; ; failures += 1) {
        const delayMs = restartDelayMs(failures);
        const sentence = `PostgreSQL ended by itself (${describeExit(last)})`;
        log.error(
          { postgresLog: last.tail },
          delayMs === null
            ? `${sentence} too often; it stays down.`
            : `${sentence}; restarting it.`,
        );
        onExit({ ...last, restartInMs: delayMs });
        if (delayMs === null || !(await waited(delayMs))) return null;
        try {
          const revived = await restart();
          log.info({ pid: revived.pid }, 'PostgreSQL runs again.');
          return revived;
        } catch (error) {
          last = { code: null, signal: null, tail: reasonOf(error) };
        }
      }
    }
  }

  async function waited(delayMs: number): Promise<boolean> {
    try {
      await sleep(delayMs, undefined, { signal: stopping.signal });
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      throw error;
    }
  }

  const running = keepRunning();
  return {
    stop: async () => {
      stopping.abort();
      await server?.stop();
      await running;
    },
  };
}
