import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import type { Metrics } from '../base/metrics.ts';
import { SYSTEM } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import { doAlone } from '../store/do-alone.ts';
import { forgetEmptyBuckets } from '../store/rate-limits.ts';
import { forgetAudit } from '../store/read-audit-log.ts';
import { handBackGroups, takeOverOne } from '../store/hand-back.ts';
import { forgetExpired } from '../store/idempotency.ts';
import { expireInbox } from '../store/inboxes.ts';
import { groupsOfNode } from '../store/nodes.ts';
import { createPartitions, dropPartitions } from '../store/partitions.ts';
import { countFailing } from '../store/failing-webhooks.ts';
import { partitionSpan } from '../store/partition-span.ts';
import { backlogAgeSeconds, countQueue } from '../store/queue-depth.ts';
import { feedReplays } from '../store/replays.ts';
import { BOUNDS } from './bounds.ts';
import type { Node } from './node.ts';
import { RollUps } from './roll-up.ts';
import { tellLost } from './tell.ts';
import { watchWebhooks } from './webhook-watch.ts';

/** Days of partitions made ahead: a week without upkeep stops nothing. */
const DAYS_AHEAD = 7;
const FORGET_AT_ONCE = 5_000;

/**
 * What must be done now and then, by whichever node comes first: take over from dead nodes, find what a
 * broken connection hid, feed replays, make and drop partitions, roll the log up, forget old keys, count what
 * waits, watch for webhooks that keep failing, clear expired inboxes away. Each is safe to be done by several
 * nodes at once.
 */
export class Sweeper {
  readonly #parts: Parts;
  readonly #rollUps: RollUps;
  #timers: NodeJS.Timeout[] = [];
  #upkeep: Cron[] = [];
  #running = new Map<Task, Promise<void>>();
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#rollUps = new RollUps(parts);
  }

  start(): void {
    const every = (
      ms: number,
      task: Task,
      work: () => Promise<void>,
      isDue: () => boolean = () => true,
    ): void => {
      this.#succeeded(task);
      const timer = setInterval(() => {
        if (isDue()) this.#once(task, work);
      }, ms);
      this.#timers.push(timer);
    };
    every(BOUNDS.sweepMs, 'take_over', () => this.#takeOver());
    every(BOUNDS.sweepMs, 'feed_replays', () => this.#feedReplays());
    every(BOUNDS.reconcileMs, 'reconcile', () => this.#reconcile());
    every(BOUNDS.backlogAgeMs, 'backlog_age', () => this.#ageBacklog());
    every(BOUNDS.countQueueMs, 'count_queue', () => this.#countQueue());
    every(BOUNDS.watchMs, 'watch_webhooks', () => this.#watchWebhooks());
    every(BOUNDS.expireInboxesMs, 'expire_inboxes', () => this.#expireInboxes());
    const rollUps = this.#rollUps;
    const rollUp = () => rollUps.turn(() => this.#stopped);
    every(BOUNDS.rollUpMs, 'roll_up', rollUp, () => rollUps.isDue());
    const hourly = (minute: string, task: Task, work: () => Promise<void>): void => {
      this.#succeeded(task);
      this.#upkeep.push(new Cron(`0 ${minute} * * * *`, () => this.#once(task, work)));
    };
    hourly('7', 'partitions', () => this.#upkeepPartitions());
    hourly('*/10', 'forget_keys', () => this.#forgetKeys());
    hourly('37', 'forget_audit', () => this.#forgetAudit());
    this.#once('partitions', () => this.#upkeepPartitions());
    this.#once('count_queue', () => this.#countQueue());
    this.#once('backlog_age', () => this.#ageBacklog());
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
    this.#once('feed_replays', () => this.#feedReplays());
  }

  #once(task: Task, work: () => Promise<void>): void {
    if (this.#stopped || this.#running.has(task)) return;
    const { log, metrics } = this.#parts;
    const ended = metrics.upkeepSeconds.startTimer({ task });
    const running = work()
      .then(() => this.#succeeded(task))
      .catch((error: unknown) => {
        metrics.upkeepFailures.inc({ task });
        log.warn({ err: error, task }, 'Upkeep failed; it is tried again.');
      })
      .finally(() => {
        ended();
        this.#running.delete(task);
      });
    this.#running.set(task, running);
  }

  #succeeded(task: Task): void {
    const { clock, metrics } = this.#parts;
    metrics.upkeepSuccess.set({ task }, clock.now() / 1_000);
  }

  async #takeOver(): Promise<void> {
    const { database, node, log, metrics, onQueued } = this.#parts;
    while (node.mayTakeOver()) {
      const taken = await takeOverOne(database.general);
      if (taken === null) return;
      metrics.leaseTakeovers.inc();
      metrics.takenOverDeliveries.inc(taken.deliveryCount);
      metrics.deliveriesFinished.inc({ status: 'failed' }, taken.lost.length);
      for (const lost of taken.lost) tellLost(log, lost);
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

  /** One node at a time. What cannot be made does not keep what is past retention, nor the other way round. */
  async #upkeepPartitions(): Promise<void> {
    const { general } = this.#parts.database;
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => failures.push(error));
    };
    await attempt(async () => {
      await doAlone(general, 'upkeep', async () => {
        await attempt(() => this.#createPartitions());
        await attempt(() => this.#dropPartitions());
      });
    });
    // Shown whatever became of it: a failure must not leave yesterday's good figures standing.
    await attempt(() => this.#showPartitions());
    if (failures.length > 0) throw failures[0];
  }

  async #createPartitions(): Promise<void> {
    await createPartitions(this.#parts.database.general, DAYS_AHEAD);
  }

  async #dropPartitions(): Promise<void> {
    const { database, log, retentionDays } = this.#parts;
    const dropped = await dropPartitions(database.general, retentionDays);
    if (dropped.length > 0) log.info({ partitions: dropped }, 'Dropped what is past retention.');
  }

  async #showPartitions(): Promise<void> {
    const { database, metrics, retentionDays } = this.#parts;
    const { aheadDays, oldestDays, count } = await partitionSpan(database.general);
    metrics.partitions.set(count);
    metrics.partitionsAheadDays.set(aheadDays);
    metrics.partitionsOldestDays.set(oldestDays);
    metrics.partitionsOverdueDays.set(Math.max(0, oldestDays - retentionDays));
  }

  async #countQueue(): Promise<void> {
    const { database, metrics } = this.#parts;
    const { waiting, due } = await countQueue(database.general);
    metrics.queueDepth.set(waiting);
    metrics.backlogDeliveries.set(due);
  }

  async #ageBacklog(): Promise<void> {
    const { database, metrics } = this.#parts;
    metrics.backlogAgeSeconds.set(await backlogAgeSeconds(database.general));
  }

  async #watchWebhooks(): Promise<void> {
    const { database, metrics, onQueued } = this.#parts;
    if ((await watchWebhooks(this.#parts, BOUNDS.watchRestSeconds)) > 0) onQueued();
    metrics.failingWebhooks.set(await countFailing(database.general));
  }

  /** Nodes take different ones. That webhooks went with them nodes hear within their second. */
  async #expireInboxes(): Promise<void> {
    while (!this.#stopped && (await expireInbox(this.#parts.database.general, SYSTEM)) !== null);
  }

  async #forgetKeys(): Promise<void> {
    const { general } = this.#parts.database;
    while (!this.#stopped && (await forgetExpired(general, FORGET_AT_ONCE)) > 0);
    while (!this.#stopped && (await forgetEmptyBuckets(general, FORGET_AT_ONCE)) > 0);
  }

  async #forgetAudit(): Promise<void> {
    const { database, auditRetentionDays: days } = this.#parts;
    const forget = () => forgetAudit(database.general, days, FORGET_AT_ONCE);
    while (!this.#stopped && (await forget()) === FORGET_AT_ONCE);
  }
}

/** What `task` says in the log and in metrics. */
type Task =
  | 'take_over'
  | 'feed_replays'
  | 'reconcile'
  | 'backlog_age'
  | 'count_queue'
  | 'watch_webhooks'
  | 'expire_inboxes'
  | 'roll_up'
  | 'partitions'
  | 'forget_keys'
  | 'forget_audit';

interface Parts {
  database: Database;
  node: Node;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  retentionDays: number;
  auditRetentionDays: number;
  /** Something is due in the queue. */
  onQueued: () => void;
}
