import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { Metrics } from '../base/metrics.ts';
import type { Database } from '../store/database.ts';
import { handBackGroups, takeOverOne } from '../store/hand-back.ts';
import { forgetExpired } from '../store/idempotency.ts';
import { groupsOfNode } from '../store/nodes.ts';
import { createPartitions, dropPartitions } from '../store/partitions.ts';
import { countQueue } from '../store/queue-depth.ts';
import { feedReplays } from '../store/replays.ts';
import { BOUNDS } from './bounds.ts';
import type { Node } from './node.ts';

/** Days of partitions made ahead: a week without upkeep stops nothing. */
const DAYS_AHEAD = 7;

/**
 * What must be done now and then, by whichever node comes first: take over from dead nodes, find what a
 * broken connection hid, feed replays, make and drop partitions, forget old keys, count what waits. Each
 * is safe to be done by several nodes at once.
 */
export class Sweeper {
  readonly #parts: Parts;
  #timers: NodeJS.Timeout[] = [];
  #upkeep: Cron[] = [];
  #running = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const every = (ms: number, name: string, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => this.#once(name, work), ms));
    };
    every(BOUNDS.sweepMs, 'take over', () => this.#takeOver());
    every(BOUNDS.sweepMs, 'feed replays', () => this.#feedReplays());
    every(BOUNDS.reconcileMs, 'reconcile', () => this.#reconcile());
    every(BOUNDS.countQueueMs, 'count queue', () => this.#countQueue());
    const hourly = (minute: string, name: string, work: () => Promise<void>): void => {
      this.#upkeep.push(new Cron(`0 ${minute} * * * *`, () => this.#once(name, work)));
    };
    hourly('7', 'partitions', () => this.#upkeepPartitions());
    hourly('*/10', 'forget keys', () => this.#forgetKeys());
    this.#once('partitions', () => this.#upkeepPartitions());
    this.#once('count queue', () => this.#countQueue());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const job of this.#upkeep) job.stop();
    await Promise.all(this.#running.values());
  }

  /** A statement's connection broke: look soon for what it may have leased to this node. */
  doubt(): void {
    this.#once('reconcile', () => this.#reconcile());
  }

  /** A replay was begun. */
  replaysWaiting(): void {
    this.#once('feed replays', () => this.#feedReplays());
  }

  #once(name: string, work: () => Promise<void>): void {
    if (this.#stopped || this.#running.has(name)) return;
    const running = work()
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error, task: name }, 'Upkeep failed; it is tried again.');
      })
      .finally(() => this.#running.delete(name));
    this.#running.set(name, running);
  }

  async #takeOver(): Promise<void> {
    const { database, log, metrics, onQueued } = this.#parts;
    for (;;) {
      const taken = await takeOverOne(database.general);
      if (taken === null) return;
      metrics.leaseTakeovers.inc();
      log.warn(
        { node: taken.nodeId, deliveries: taken.deliveryCount },
        'A node stopped answering; its deliveries are up for others.',
      );
      if (taken.deliveryCount > 0) onQueued();
    }
  }

  /** Groups that PostgreSQL leases to this node and this node knows nothing of. */
  async #reconcile(): Promise<void> {
    const { database, node, log, onQueued } = this.#parts;
    if (node.id === '') return;
    const { id, life } = node;
    const leased = await groupsOfNode(database.general, id);
    const unknown = leased.filter((number) => !node.knows(number));
    if (unknown.length === 0 || life !== node.life) return;
    const count = await handBackGroups(database.general, id, unknown);
    if (count === 0) return;
    log.warn({ deliveries: count }, 'Deliveries behind a broken connection were found again.');
    onQueued();
  }

  async #feedReplays(): Promise<void> {
    while (!this.#stopped && (await feedReplays(this.#parts.database.general)) > 0) {
      this.#parts.onQueued();
    }
  }

  async #upkeepPartitions(): Promise<void> {
    const { database, log, retentionDays } = this.#parts;
    await createPartitions(database.general, DAYS_AHEAD);
    const dropped = await dropPartitions(database.general, retentionDays);
    if (dropped.length > 0) log.info({ partitions: dropped }, 'Dropped what is past retention.');
  }

  async #countQueue(): Promise<void> {
    const { database, metrics } = this.#parts;
    metrics.queueDepth.set(await countQueue(database.general));
  }

  async #forgetKeys(): Promise<void> {
    while (!this.#stopped && (await forgetExpired(this.#parts.database.general, 5_000)) > 0);
  }
}

interface Parts {
  database: Database;
  node: Node;
  log: Logger;
  metrics: Metrics;
  retentionDays: number;
  /** Something is due in the queue. */
  onQueued: () => void;
}
