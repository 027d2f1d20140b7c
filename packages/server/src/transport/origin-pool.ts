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
/**
 * Attempts under way to an origin that answers quickly; each more costs this node and brings nothing (one
 * event to 100 webhooks of one host: 7,000 deliveries/s with 800 connections, 12,700 with 64). A slow
 * one, or one that hangs, gets more of them as long as attempts wait.
 */
const SOCKETS_AT_FIRST = 64;
const MORE_SOCKETS = 32;
const PATIENCE_MS = 10;
/** Slower than that is slow; quicker than half of it lets the number shrink again. */
const SLOW_MS = 10;
/** Of the last attempts the latest weighs this much. */
const WEIGHT = 1 / 16;

/** The connections to one origin and the attempts on them or waiting for one. */
export class OriginPool {
  readonly key: string;
  readonly #pool: Pool;
  readonly #maxSockets: number;
  /** How many may be under way now. */
  #limit: number;
  /** Runs while attempts wait and more could be under way. */
  #patience: NodeJS.Timeout | undefined;
  /** How long attempts lately took, once they had a connection. */
  #typicalMs = 0;
  #hasReleased = false;
  /** When an attempt ended last, by a monotonic clock in milliseconds. */
  lastUsedAt = 0;
  /** With when each was given a connection. */
  readonly #active = new Map<Attempt, number>();
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
    this.#limit = Math.min(SOCKETS_AT_FIRST, maxSockets);
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
    if (this.#active.size >= this.#limit) {
      this.#waiting.set(attempt, options);
      this.#openMoreSoon();
      return;
    }
    this.#active.set(attempt, performance.now());
    this.#pool.dispatch(options, attempt);
  }

  /** Gives the attempt's place to the next one that waits. */
  release(attempt: Attempt): void {
    const sentAt = this.#active.get(attempt);
    if (sentAt === undefined) {
      this.#waiting.delete(attempt);
      return;
    }
    this.#active.delete(attempt);
    this.lastUsedAt = performance.now();
    this.#typicalMs += (this.lastUsedAt - sentAt - this.#typicalMs) * WEIGHT;
    this.#hasReleased = true;
    if (this.#typicalMs < SLOW_MS / 2 && this.#limit > SOCKETS_AT_FIRST) this.#limit -= 1;
    if (this.#waiting.size > 0) this.#sendWaiting();
  }

  #sendWaiting(): void {
    for (const [next, options] of this.#waiting) {
      if (this.#active.size >= this.#limit) return;
      this.#waiting.delete(next);
      this.dispatch(options, next);
    }
  }

  /** Attempts wait: lets more be under way at once, unless those that are end quickly. */
  #openMoreSoon(): void {
    if (this.#patience !== undefined || this.#limit >= this.#maxSockets) return;
    this.#hasReleased = false;
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      const isQuick = this.#hasReleased && this.#typicalMs < SLOW_MS;
      if (!isQuick) {
        this.#limit = Math.min(this.#maxSockets, this.#limit + MORE_SOCKETS);
        this.#sendWaiting();
      }
      if (this.#waiting.size > 0) this.#openMoreSoon();
    }, PATIENCE_MS);
  }

  failAll(code: AttemptErrorCode): void {
    const waiting = [...this.#waiting.keys()];
    this.#waiting.clear();
    clearTimeout(this.#patience);
    for (const attempt of [...waiting, ...this.#active.keys()]) attempt.fail(code);
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
