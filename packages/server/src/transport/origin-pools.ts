import type { Dispatcher } from 'undici';
import type { Attempt } from './attempt.ts';
import type { ConnectorParts } from './connector.ts';
import { OriginPool } from './origin-pool.ts';
import type { Target } from './target.ts';

export interface PoolLimits {
  readonly maxSocketsPerOrigin: number;
  readonly maxIdleSockets: number;
}

/**
 * Connections of an origin lie idle for this long before a bound may end them: between two bursts to
 * hundreds of receivers all are idle for a moment, and opening them anew costs a TLS handshake each.
 */
const IDLE_MS = 1_000;

/** One pool for each origin in use, the longest unused first; bounds what lies idle. */
export class OriginPools {
  readonly #parts: ConnectorParts;
  readonly #limits: PoolLimits;
  readonly #pools = new Map<string, OriginPool>();
  /** Out of use, but not gone: their last requests are still under way. */
  readonly #leaving = new Map<OriginPool, Promise<void>>();
  #openSockets = 0;
  #activeCount = 0;
  #isTidying = false;
  #idleCheck: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: ConnectorParts, limits: PoolLimits) {
    this.#parts = parts;
    this.#limits = limits;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get(target: Target): OriginPool {
    const known = this.#pools.get(target.key);
    if (known !== undefined) {
      if (known.activeCount === 0) {
        this.#pools.delete(target.key);
        this.#pools.set(target.key, known);
      }
      return known;
    }
    const pool = new OriginPool(target, this.#parts, this.#limits.maxSocketsPerOrigin, (change) => {
      this.#openSockets += change;
      this.#tidySoon(pool);
    });
    this.#pools.set(target.key, pool);
    return pool;
  }

  send(pool: OriginPool, options: Dispatcher.DispatchOptions, attempt: Attempt): void {
    this.#activeCount += 1;
    pool.dispatch(options, attempt);
  }

  /** The attempt is over: its place is free. */
  release(pool: OriginPool, attempt: Attempt): void {
    this.#activeCount -= 1;
    pool.release(attempt);
    this.#tidySoon(pool);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleCheck);
    for (const pool of [...this.#pools.values(), ...this.#leaving.keys()]) {
      pool.failAll('interrupted');
      this.#leave(pool, pool.destroy());
    }
    await Promise.all(this.#leaving.values());
  }

  get #idleSockets(): number {
    return this.#openSockets - this.#activeCount;
  }

  #tidySoon(pool: OriginPool): void {
    if (this.#isClosed) return;
    if (pool.isUnused) this.#removeUnusedSoon();
    if (this.#idleSockets > this.#limits.maxIdleSockets) this.#endIdleSoon();
  }

  #endIdleSoon(): void {
    this.#idleCheck ??= setTimeout(() => {
      this.#idleCheck = undefined;
      this.#endIdle();
    }, IDLE_MS).unref();
  }

  /** Later, because undici must not lose a pool from under its own callback. */
  #removeUnusedSoon(): void {
    if (this.#isTidying) return;
    this.#isTidying = true;
    setImmediate(() => {
      this.#isTidying = false;
      if (this.#isClosed) return;
      for (const pool of this.#pools.values()) {
        if (pool.isUnused) this.#leave(pool, pool.destroy());
      }
    });
  }

  /** Ends connections of origins that nobody sends to, the longest unused first. */
  #endIdle(): void {
    const before = performance.now() - IDLE_MS;
    let surplus = this.#idleSockets - this.#limits.maxIdleSockets;
    for (const pool of this.#pools.values()) {
      if (surplus <= 0) return;
      if (pool.activeCount > 0 || pool.lastUsedAt > before) continue;
      surplus -= pool.idleSockets;
      this.#leave(pool, pool.retire());
    }
    // What is left was used a moment ago.
    if (surplus > 0) this.#endIdleSoon();
  }

  #leave(pool: OriginPool, gone: Promise<void>): void {
    this.#pools.delete(pool.key);
    this.#leaving.set(
      pool,
      gone.finally(() => this.#leaving.delete(pool)),
    );
  }
}
