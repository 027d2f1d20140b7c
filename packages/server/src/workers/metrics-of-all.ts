import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { AggregatorRegistry, type Registry } from 'prom-client';

/**
 * /metrics of worker processes that share a port: whoever is asked answers for all. The worker asks the
 * process above it, that one asks every worker (prom-client's own messages) and adds up; a figure that
 * is no sum says so by its `aggregator`.
 */
interface Question {
  readonly kind: 'sydx:metrics';
  readonly number: number;
}
interface Answer extends Question {
  readonly text?: string;
  readonly error?: string;
}

function isOurs(message: unknown): message is Answer {
  return (message as Partial<Question> | null)?.kind === 'sydx:metrics';
}

/** In the process above the workers: answers their questions from now on. */
export function answerForAll(log: Logger): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isOurs(message)) return;
    const { kind, number } = message;
    const answer = (rest: Pick<Answer, 'text' | 'error'>): void => {
      if (worker.isConnected()) worker.send({ kind, number, ...rest } satisfies Answer);
    };
    all.clusterMetrics().then(
      (text) => answer({ text }),
      (err: unknown) => {
        log.warn({ err }, 'Not every worker process told its metrics.');
        answer({ error: String(err) });
      },
    );
  });
}

/**
 * In a worker, as early as it can: others ask for its figures from its first moment on.
 *
 * @returns what gives the figures of all workers, in Prometheus' text format
 */
export function joinMetrics(): (own: Registry) => () => Promise<string> {
  // Hears the questions of the process above.
  const channel = new AggregatorRegistry();
  AggregatorRegistry.setRegistries([]);
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastNumber = 0;
  process.on('message', (message: unknown) => {
    if (isOurs(message)) waiting.get(message.number)?.(message);
  });
  return (own) => {
    AggregatorRegistry.setRegistries([own]);
    channel.setContentType(own.contentType);
    return async () => {
      lastNumber += 1;
      const number = lastNumber;
      const { text, error } = await new Promise<Answer>((resolve) => {
        waiting.set(number, resolve);
        process.send?.({ kind: 'sydx:metrics', number } satisfies Question);
      });
      waiting.delete(number);
      if (text === undefined) throw new Error(`Metrics of all worker processes: ${error}`);
      return text;
    };
  };
}
