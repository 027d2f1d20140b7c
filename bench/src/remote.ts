import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process does when asked: one argument in, one answer out. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  id: number;
  name: string;
  argument: unknown;
}

type Answer = { id: number; value: unknown } | { id: number; error: string };

interface Waiter {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** A process of the bench, started from one of its modules and asked over Node's own channel. */
export class Remote<H extends Handlers> {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiters = new Map<number, Waiter>();
  #lastId = 0;

  /** @param module a file that calls {@link answerParent} */
  constructor(module: URL) {
    this.#child = fork(module, { serialization: 'advanced', stdio: 'inherit' });
    this.pid = this.#child.pid ?? 0;
    this.#child.on('message', (message) => this.#hear(message as Answer));
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiters.values()) {
        reject(new Error(`A process of the bench ended with code ${code}.`));
      }
    });
  }

  /** @throws what the handler threw, or that the process ended */
  async ask<N extends keyof H & string>(
    name: N,
    argument: Parameters<H[N]>[0],
  ): Promise<Awaited<ReturnType<H[N]>>> {
    this.#lastId += 1;
    const question: Question = { id: this.#lastId, name, argument };
    return await new Promise((resolve, reject) => {
      this.#waiters.set(question.id, { resolve, reject });
      this.#child.send(question);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #hear(answer: Answer): void {
    const waiter = this.#waiters.get(answer.id);
    this.#waiters.delete(answer.id);
    if ('error' in answer) waiter?.reject(new Error(answer.error));
    else waiter?.resolve(answer.value as never);
  }
}

/** The other end: answers what the parent asks, and ends with it. */
export function answerParent(handlers: Handlers): void {
  async function answer({ id, name, argument }: Question): Promise<Answer> {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`Nobody answers ${name}.`);
      return { id, value: await handler(argument as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  }
  process.on('message', (message) => {
    void answer(message as Question).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
}
