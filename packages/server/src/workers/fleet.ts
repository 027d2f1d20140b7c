import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../base/start-error.ts';
import { answerForAll } from './metrics-of-all.ts';

/** Waits 1, 2, 4 … 30 s before the restarts of a row; a minute of work forgives them. */
const RESTART_MS = 1_000;
const RESTART_MOST_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;

/** Worker processes that share one port. */
export interface Fleet {
  /** SIGTERM to each; resolves when all have ended. */
  stop(): Promise<void>;
}

/**
 * Starts worker processes of this program and keeps so many of them running. Each is a node of its own:
 * connections to the port go to them in turn (node:cluster), and PostgreSQL is all that they share. A
 * worker that ends unasked is replaced; its deliveries are taken over as those of any dead node are.
 *
 * The first one starts alone, because it may have to migrate and to make up the first keys.
 *
 * @param size how many
 * @param env for the workers, beside this process' own
 * @throws StartError when the first one ended before it served; it has said why
 */
export async function startFleet(parts: {
  size: number;
  env: Readonly<Record<string, string>>;
  log: Logger;
}): Promise<Fleet> {
  const { size, env, log } = parts;
  const running = new Set<Worker>();
  const stopping = new AbortController();
  answerForAll(log);

  function fork(): Worker {
    const worker = cluster.fork(env);
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
    // Such as a message to a worker that ends at this moment; its end is what counts.
    worker.on('error', (err) => log.warn({ err, worker: worker.process.pid }, 'A worker process.'));
    return worker;
  }

  /** Keeps one place filled until the fleet stops. */
  async function keepOne(first: Worker): Promise<void> {
    let failures = 0;
    for (let worker = first; ; worker = fork()) {
      const startedAt = performance.now();
      const [code, signal] = (await once(worker, 'exit')) as [number | null, string | null];
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt > HEALTHY_AFTER_MS ? 0 : failures + 1;
      const restartInMs = Math.min(RESTART_MS * 2 ** Math.max(failures - 1, 0), RESTART_MOST_MS);
      log.error(
        { worker: worker.process.pid, code, signal, restartInMs },
        'A worker process ended by itself; another one takes its place.',
      );
      const waited = sleep(restartInMs, true, { signal: stopping.signal }).catch(() => false);
      if (!(await waited)) return;
    }
  }

  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(
      [...running].map(async (worker) => {
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  };

  const first = fork();
  const serves = await Promise.race([
    once(first, 'listening').then(() => true),
    once(first, 'exit').then(() => false),
  ]);
  if (!serves) {
    throw new StartError('The first worker process did not start; what it said stands above.');
  }
  const others = Array.from({ length: size - 1 }, fork);
  for (const worker of [first, ...others]) void keepOne(worker);
  return { stop };
}
