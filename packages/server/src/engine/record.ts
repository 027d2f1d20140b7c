import type { Logger } from 'pino';
import type { Metrics } from '../base/metrics.ts';
import { type Database, isDatabaseAway, sqlState } from '../store/database.ts';
import { createPartitions } from '../store/partitions.ts';
import { type Outcome, recordOutcomes } from '../store/record-outcomes.ts';
import { BOUNDS } from './bounds.ts';
import { ShuttingDown } from './errors.ts';
import type { Job } from './job.ts';
import type { Node } from './node.ts';
import { idsOf } from './tell.ts';

interface Entry {
  job: Job;
  outcome: Outcome;
  /** The last of its group: every other one stands before it, in this batch or in one written earlier. */
  closesGroup: boolean;
}

/**
 * Writes outcomes back in batches, one statement at a time: what arrives while one is under way goes
 * with the next. An outcome is kept until PostgreSQL has it, for as long as the database is away.
 */
export class Recorder {
  #pending: Entry[] = [];
  #flushing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #unrecorded = 0;
  #isStuck = false;
  readonly #database: Database;
  readonly #node: Node;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #onRecorded: (jobs: Job[]) => void;

  /** @param onRecorded hears which deliveries this node is done with */
  constructor(parts: {
    database: Database;
    node: Node;
    log: Logger;
    metrics: Metrics;
    onRecorded: (jobs: Job[]) => void;
  }) {
    this.#database = parts.database;
    this.#node = parts.node;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.#onRecorded = parts.onRecorded;
    this.#node.onDeath(() => this.#forget());
  }

  /** Outcomes that are not on disk yet. */
  get unrecorded(): number {
    return this.#unrecorded;
  }

  /**
   * The database is away and outcomes wait for it. Should that outlive the lease, each attempt that
   * starts now is made again by another node.
   */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  add(job: Job, outcome: Outcome): void {
    job.group.remaining -= 1;
    this.#pending.push({ job, outcome, closesGroup: job.group.remaining === 0 });
    this.#unrecorded += 1;
    if (this.#flushing !== null) return;
    if (this.#pending.length >= BOUNDS.outcomesPerStatement) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#startFlushing();
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#startFlushing();
      }, BOUNDS.recordWindowMs);
    }
  }

  /** Resolves when nothing is left to write. */
  async settled(): Promise<void> {
    while (this.#unrecorded > 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#startFlushing();
      await this.#flushing;
    }
  }

  #startFlushing(): void {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
      if (this.#pending.length > 0) this.#startFlushing();
    });
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, BOUNDS.outcomesPerStatement);
      await this.#write(batch);
      this.#isStuck = false;
    }
  }

  /** @param life of the node in which the outcomes came about: in another one they are not ours */
  async #write(batch: Entry[], life = this.#node.life): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (life !== this.#node.life) {
        for (const { job } of batch) job.onRecorded?.(new ShuttingDown());
        return;
      }
      try {
        await this.#store(life, batch);
        return;
      } catch (error) {
        // A day that nobody makes a partition for any more must not hold all other outcomes.
        if (sqlState(error) === '23514' && tries < 5) await this.#makePartitions();
        else if (!isDatabaseAway(error)) {
          await this.#writeSingly(life, batch, error);
          return;
        }
        this.#isStuck = true;
        this.#log.warn({ err: error, outcomes: batch.length }, 'Outcomes wait for the database.');
      }
      const waitMs = Math.min(50 * 2 ** (tries - 1), 1_000);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  async #store(life: number, batch: Entry[]): Promise<void> {
    const ended = this.#metrics.recordBatchSeconds.startTimer();
    const closed = closedGroups(batch);
    const alive = await recordOutcomes(
      this.#database.hot,
      this.#node.id,
      batch.map((entry) => entry.outcome),
      closed,
    );
    ended();
    if (alive && life === this.#node.life) {
      this.#done(batch, closed);
      return;
    }
    for (const { job } of batch) job.onRecorded?.(new ShuttingDown());
    this.#node.died(life);
    // A node that is stopping begins no new life, but what it knows is void all the same.
    if (life === this.#node.life) this.#forget();
  }

  /** One outcome that PostgreSQL refuses must not hold hundreds: each goes alone. */
  async #writeSingly(life: number, batch: Entry[], cause: unknown): Promise<void> {
    if (batch.length > 1) {
      this.#log.warn({ err: cause }, 'A batch of outcomes was refused; writing them one by one.');
      for (const entry of batch) await this.#write([entry], life);
      return;
    }
    const entry = batch[0];
    if (entry === undefined) return;
    if (life !== this.#node.life) {
      entry.job.onRecorded?.(new ShuttingDown());
      return;
    }
    // Recorded before: the statement had committed when its connection broke.
    if (sqlState(cause) === '23505') {
      this.#done(batch, closedGroups(batch));
      return;
    }
    const { record } = entry.outcome;
    if (record !== null && (record.responseBody !== null || record.responseHeaders !== null)) {
      const bare = { ...record, responseBody: null, responseHeaders: null };
      await this.#write([{ ...entry, outcome: { ...entry.outcome, record: bare } }], life);
      return;
    }
    this.#log.error(
      { err: cause, ...idsOf(entry.job) },
      'The outcome of a delivery cannot be stored; it will be delivered again after a restart.',
    );
    // The group stays leased, so that the delivery is found there when this node ends.
    entry.job.group.remaining += 1;
    this.#unrecorded -= 1;
    this.#onRecorded([entry.job]);
    entry.job.onRecorded?.(cause instanceof Error ? cause : new Error(String(cause)));
  }

  #done(batch: Entry[], closed: string[]): void {
    this.#unrecorded -= batch.length;
    for (const number of closed) this.#node.groups.delete(number);
    this.#metrics.recordBatchOutcomes.observe(batch.length);
    this.#onRecorded(batch.map((entry) => entry.job));
    for (const { job } of batch) job.onRecorded?.(null);
  }

  async #makePartitions(): Promise<void> {
    try {
      await createPartitions(this.#database.general, 1);
    } catch (error) {
      this.#log.error({ err: error }, 'A partition of the log is missing and cannot be made.');
    }
  }

  #forget(): void {
    for (const { job } of this.#pending) job.onRecorded?.(new ShuttingDown());
    this.#pending = [];
    this.#unrecorded = 0;
  }
}

function closedGroups(batch: readonly Entry[]): string[] {
  return batch
    .filter(({ job, closesGroup }) => closesGroup && job.group.remaining === 0)
    .map(({ job }) => job.group.number);
}
