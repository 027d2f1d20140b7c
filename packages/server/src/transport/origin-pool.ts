import type { Socket } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { type AttemptErrorCode, LIMITS } from '@sydx/contract';
import type { Attempt } from './attempt.ts';
import { type ConnectorParts, createConnector } from './connector.ts';
import type { Target } from './target.ts';

/** Idle connections close before most receivers would close them (node's own default is 5 s). */
const KEEP_ALIVE_MS = 4_000;
/** A receiver may ask for longer by `Keep-Alive: timeout=`, but not for ever. */
const KEEP_ALIVE_MAX_MS = 30_000;

/** The connections to one origin and the attempts on them or waiting for one. */
export class OriginPool {
  readonly key: string;
  readonly #pool: Pool;
  readonly #maxSockets: number;
  readonly #active = new Set<Attempt>();
  readonly #waiting = new Map<Attempt, Dispatcher.DispatchOptions>();
  readonly #onChange: (openedSockets: number) => void;
  #openSockets = 0;

  /** @param onChange told of each socket that opens (1) or closes (-1) */
  constructor(
    target: Target,
    parts: ConnectorParts,
    maxSockets: number,
    onChange: (openedSockets: number) => void,
  ) {
    this.key = target.key;
    this.#maxSockets = maxSockets;
    this.#onChange = onChange;
    this.#pool = new Pool(target.origin, {
      connect: createConnector(target, parts, (socket) => this.#count(socket)),
      connections: maxSockets,
      pipelining: 1,
      allowH2: false,
      // One absolute deadline rules; undici's own timers are coarse and reset by every byte.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
      maxHeaderSize: LIMITS.responseHeadersBytes,
    });
  }

  get activeCount(): number {
    return this.#active.size;
  }

  /** Open connections that nobody needs at the moment. */
  get idleSockets(): number {
    return this.#waiting.size > 0 ? 0 : Math.max(0, this.#openSockets - this.#active.size);
  }

  get isUnused(): boolean {
    return this.#active.size === 0 && this.#openSockets === 0;
  }

  /** Sends, or lets the attempt wait (its deadline running) while every socket is taken. */
  dispatch(options: Dispatcher.DispatchOptions, attempt: Attempt): void {
    if (this.#active.size >= this.#maxSockets) {
      this.#waiting.set(attempt, options);
      return;
    }
    this.#active.add(attempt);
    this.#pool.dispatch(options, attempt);
  }

  /** Gives the attempt's place to the next one that waits. */
  release(attempt: Attempt): void {
    if (!this.#active.delete(attempt)) {
      this.#waiting.delete(attempt);
      return;
    }
    if (this.#waiting.size === 0) return;
    for (const [next, options] of this.#waiting) {
      this.#waiting.delete(next);
      this.dispatch(options, next);
      return;
    }
  }

  failAll(code: AttemptErrorCode): void {
    const waiting = [...this.#waiting.keys()];
    this.#waiting.clear();
    for (const attempt of [...waiting, ...this.#active]) attempt.fail(code);
  }

  /** Closes idle connections at once, the others when their request is done. */
  async retire(): Promise<void> {
    await this.#pool.close();
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }

  #count(socket: Socket): void {
    this.#openSockets += 1;
    this.#onChange(1);
    socket.once('close', () => {
      this.#openSockets -= 1;
      this.#onChange(-1);
    });
  }
}
