import type { Logger } from 'pino';
import type { DatabaseClock } from '../base/clock.ts';
import type { Database } from '../store/database.ts';
import { registerNode, renewLease } from '../store/nodes.ts';
import { BOUNDS } from './bounds.ts';

/** Deliveries that one statement leased to this node. Its row goes when the last one is recorded. */
export interface Group {
  readonly number: string;
  /** Of which life of this node: what an earlier life leased is no longer ours. */
  readonly life: number;
  remaining: number;
}

/**
 * This process among the nodes: its row in PostgreSQL, the heartbeat that keeps it, and the groups of
 * deliveries leased to it.
 *
 * A life begins with a new row and ends when the row is found gone: others thought us dead (a process
 * that was frozen, or cut off from the database, for longer than the lease) and took everything over.
 * Then all that is in memory is forgotten, not recorded, and a new life begins.
 */
export class Node {
  readonly groups = new Map<string, Group>();
  readonly #underWay = new Set<string>();
  #id = '';
  #life = 0;
  #number = 0;
  #leaseEndsAt = 0;
  #reunitedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #onDeath: (() => void)[] = [];
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #log: Logger;
  readonly #role: string;
  readonly #host: string;

  constructor(parts: {
    database: Database;
    clock: DatabaseClock;
    log: Logger;
    role: string;
    host: string;
  }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#role = parts.role;
    this.#host = parts.host;
  }

  get id(): string {
    return this.#id;
  }

  get life(): number {
    return this.#life;
  }

  /** Calls back when a life ends, before the next begins. */
  onDeath(forget: () => void): void {
    this.#onDeath.push(forget);
  }

  async start(): Promise<void> {
    await this.#register();
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Whether an attempt that starts now ends before the lease does, whatever happens. */
  mayStart(attemptMs: number): boolean {
    return this.#clock.monotonic() + attemptMs < this.#leaseEndsAt;
  }

  /**
   * Whether a lease that is over means that its node is dead. Just after PostgreSQL was away for longer
   * than leases last, all are over, our own too, and taking over would make what is under way twice.
   */
  mayTakeOver(): boolean {
    const now = this.#clock.monotonic();
    return now < this.#leaseEndsAt && now >= this.#reunitedAt + BOUNDS.reunionMs;
  }

  /** A number for a group that a statement is about to lease; `landed` must follow. */
  nextNumber(): string {
    this.#number += 1;
    const number = String(this.#number);
    this.#underWay.add(number);
    return number;
  }

  /** The statement with this number answered or failed, and its group, if any, is open. */
  landed(number: string): void {
    this.#underWay.delete(number);
  }

  /** Whether this node knows of a group, or is about to. */
  knows(number: string): boolean {
    return this.groups.has(number) || this.#underWay.has(number);
  }

  openGroup(number: string, size: number): Group {
    const group = { number, life: this.#life, remaining: size };
    this.groups.set(number, group);
    return group;
  }

  /** This life is over: a statement found our row gone. Safe to call from several places at once. */
  died(life: number): void {
    if (life !== this.#life || this.#stopped) return;
    this.#life += 1;
    this.#leaseEndsAt = 0;
    this.groups.clear();
    this.#log.warn(
      { node: this.#id },
      'The lease of this node ran out and others took its deliveries over. It starts anew.',
    );
    for (const forget of this.#onDeath) forget();
    this.#id = '';
    clearTimeout(this.#timer);
    void this.#beat();
  }

  async #register(): Promise<void> {
    const askedAt = this.#clock.monotonic();
    const { id, nowMs } = await registerNode(
      this.#database.control,
      this.#role,
      this.#host,
      BOUNDS.leaseSeconds,
    );
    this.#id = id;
    this.#heard(nowMs, askedAt);
    this.#log.info({ node: id, role: this.#role }, 'This node takes part.');
  }

  #heard(nowMs: number, askedAt: number): void {
    this.#clock.set(nowMs, askedAt, this.#clock.monotonic());
    // From when it was asked: the database's lease can only end later than ours.
    this.#leaseEndsAt = askedAt + BOUNDS.leaseSeconds * 1_000;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#beat(), BOUNDS.heartbeatMs);
  }

  async #beat(): Promise<void> {
    const life = this.#life;
    try {
      if (this.#id === '') await this.#register();
      else {
        const askedAt = this.#clock.monotonic();
        const nowMs = await renewLease(this.#database.control, this.#id, BOUNDS.leaseSeconds);
        if (life !== this.#life || this.#stopped) return;
        if (nowMs === null) {
          this.died(life);
          return;
        }
        if (askedAt >= this.#leaseEndsAt) this.#reunitedAt = this.#clock.monotonic();
        this.#heard(nowMs, askedAt);
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'The lease could not be renewed; trying again.');
      // The next life has a heartbeat of its own by now.
      if (life !== this.#life) return;
    }
    this.#schedule();
  }
}
