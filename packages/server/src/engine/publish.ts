import { EVENT_TYPES } from '@sydx/contract';
import type { Logger } from 'pino';
import type { Metrics } from '../base/metrics.ts';
import { type Database, isDatabaseAway, sqlState } from '../store/database.ts';
import { findKeys } from '../store/idempotency.ts';
import { createPartitions } from '../store/partitions.ts';
import {
  type Lessee,
  type NewEvent,
  type Published,
  publishEvents,
} from '../store/publish-events.ts';
import { type Transaction, transaction } from '../store/transaction.ts';
import { BOUNDS } from './bounds.ts';
import type { Deliverer } from './deliver.ts';
import { ShuttingDown } from './errors.ts';
import type { FilterBook } from './filter-book.ts';
import { Intake, type Request } from './intake.ts';
import type { Job } from './job.ts';
import type { Node } from './node.ts';
import { type Plan, planRequests } from './repeats.ts';

/**
 * Takes events in. Requests that arrive together share one statement and so one wait for the disk:
 *
 *   intake (tenants take turns) → group → repeats answered → filters → one statement → 202 → deliverer
 *
 * A group that PostgreSQL refuses is tried request by request, so one bad request fails alone.
 */
export class Publisher {
  readonly #intake = new Intake();
  readonly #parts: Parts;
  #running = 0;
  #transactions = 0;
  #timer: NodeJS.Timeout | undefined;
  #leases = true;
  /** Statements under way that may lease deliveries to this node. */
  #leasing = 0;
  #onNoneLeasing: (() => void) | undefined;
  #stopped = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Requests that are not answered yet. */
  get waiting(): number {
    return this.#intake.size;
  }

  /** See Engine.publish. */
  async publish(events: readonly NewEvent[]): Promise<string[]> {
    if (this.#stopped) throw new ShuttingDown();
    return await new Promise((resolve, reject) => {
      this.#intake.add({ events, resolve, reject });
      this.#startSoon();
    });
  }

  /** See Engine.publishWith. Not grouped: its reads must see what the one before it wrote. */
  async publishWith(
    prepare: (client: Transaction) => Promise<readonly NewEvent[]>,
    { canWait = false }: { readonly canWait?: boolean } = {},
  ): Promise<string[]> {
    if (this.#stopped) throw new ShuttingDown();
    this.#transactions += 1;
    try {
      if (canWait) await this.#parts.deliverer?.leanBack();
      const { eventIds } = await this.#retried((life) =>
        this.#carryOutLeasing(life, async (lessee) => {
          return await transaction(this.#parts.database.general, async (client) => {
            const events = await prepare(client);
            if (events.length === 0) return { events, published: NOTHING };
            const refusals = await this.#parts.filters.refusals(events);
            return { events, published: await publishEvents(client, events, lessee, refusals) };
          });
        }),
      );
      return eventIds;
    } finally {
      this.#transactions -= 1;
      this.#noteIdle();
    }
  }

  /**
   * Leaves all that is published from now on to other nodes; resolves when nothing is under way that may
   * still be leased to this one.
   */
  async stopLeasing(): Promise<void> {
    this.#leases = false;
    if (this.#leasing === 0) return;
    await new Promise<void>((resolve) => {
      this.#onNoneLeasing = resolve;
    });
  }

  /** Takes nothing more; resolves when everything taken is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #startSoon(): void {
    if (this.#timer !== undefined || this.#running >= BOUNDS.publishStatements) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, BOUNDS.publishWindowMs);
  }

  #start(): void {
    if (this.#running >= BOUNDS.publishStatements || this.#intake.size === 0) return;
    this.#running += 1;
    void this.#carryOutNext().finally(() => this.#ended());
  }

  async #carryOutNext(): Promise<void> {
    await this.#parts.deliverer?.leanBack();
    const group = this.#intake.take(BOUNDS.eventsPerGroup, BOUNDS.bytesPerGroup);
    if (group.length > 0) await this.#carryOut(group);
  }

  #ended(): void {
    this.#running -= 1;
    if (this.#intake.size > 0) this.#startSoon();
    else this.#noteIdle();
  }

  get #isIdle(): boolean {
    return this.#running === 0 && this.#transactions === 0 && this.#intake.size === 0;
  }

  #noteIdle(): void {
    if (this.#isIdle) this.#onIdle?.();
  }

  /** Answers every request of the group, one way or the other; never rejects. */
  async #carryOut(group: readonly Request[], tries = 1): Promise<void> {
    try {
      const plan = await this.#plan(group);
      const eventIds = plan.events.length === 0 ? [] : (await this.#store(plan.events)).eventIds;
      for (const answer of plan.answers) answer(eventIds);
    } catch (error) {
      if (group.length > 1 && !isDatabaseAway(error)) {
        this.#parts.log.warn(
          { err: error, requests: group.length },
          'A group was refused; trying singly.',
        );
        for (const request of group) await this.#carryOut([request]);
        return;
      }
      // Another statement used one of its keys a moment ago, or each waited for the other's: look again.
      if (AGAIN.has(sqlState(error) ?? '') && tries < 5) {
        await this.#carryOut(group, tries + 1);
        return;
      }
      for (const request of group) request.reject(error);
    }
  }

  async #plan(group: readonly Request[]): Promise<Plan> {
    const keys = group.flatMap(({ events }) => events.flatMap(({ key }) => key?.key ?? []));
    const known = keys.length === 0 ? new Map() : await findKeys(this.#parts.database.hot, keys);
    return planRequests(group, known);
  }

  async #store(events: readonly NewEvent[]): Promise<Published> {
    const { database, metrics, filters } = this.#parts;
    const refusals = await filters.refusals(events);
    const ended = metrics.publishBatchSeconds.startTimer();
    let bodyBytes = 0;
    for (const { body } of events) bodyBytes = Math.max(bodyBytes, body.length);
    const published = await this.#retried((life) =>
      this.#carryOutLeasing(
        life,
        async (lessee) => {
          return { events, published: await publishEvents(database.hot, events, lessee, refusals) };
        },
        bodyBytes,
      ),
    );
    ended();
    metrics.publishBatchEvents.observe(events.length);
    return published;
  }

  /** Tries again where the cause can be mended here. */
  async #retried(store: (life: number) => Promise<Published>): Promise<Published> {
    const { database, node } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      const life = node.life;
      try {
        return await store(life);
      } catch (error) {
        const state = sqlState(error);
        // The foreign key of inflight: others declared this node dead. The next try leases to its next life.
        if (state === '23503' && tries < 3) node.died(life);
        // A day for which upkeep made no partition must not stop intake.
        else if (state === '23514' && tries < 3) await createPartitions(database.general, 1);
        else throw error;
      }
    }
  }

  /** Runs one statement that may lease deliveries to this node, and takes them over in memory. */
  async #carryOutLeasing(
    life: number,
    store: (
      lessee: Lessee | null,
    ) => Promise<{ events: readonly NewEvent[]; published: Published }>,
    bodyBytes?: number,
  ): Promise<Published> {
    const { node, deliverer, metrics } = this.#parts;
    const room = this.#leases ? deliverer?.room(bodyBytes) : undefined;
    const handOver = room !== undefined && room.limit > 0 && node.id !== '';
    const number = node.nextNumber();
    const lessee = handOver ? { nodeId: node.id, number, ...room } : null;
    if (handOver) this.#leasing += 1;
    try {
      const { events, published } = await store(lessee);
      countByType(metrics, events);
      if (published.deliveryIds.length > 0 && life === node.life) {
        deliverer?.accept(this.#jobs(events, published, number));
      }
      if (published.queuedCount > 0) this.#parts.onQueued();
      return published;
    } catch (error) {
      // Whether it committed is unknown when the connection broke: what it leased must be found again.
      if (isDatabaseAway(error)) this.#parts.onDoubt();
      throw error;
    } finally {
      node.landed(number);
      if (handOver) this.#leasing -= 1;
      if (this.#leasing === 0) this.#onNoneLeasing?.();
    }
  }

  #jobs(events: readonly NewEvent[], published: Published, number: string): Job[] {
    const { deliveryIds, eventIndexes, webhookIds, eventIds } = published;
    const group = this.#parts.node.openGroup(number, deliveryIds.length);
    const jobs: Job[] = [];
    for (const [at, deliveryId] of deliveryIds.entries()) {
      const index = eventIndexes[at] ?? -1;
      const event = events[index];
      const eventId = eventIds[index];
      const webhookId = webhookIds[at];
      if (event === undefined || eventId === undefined || webhookId === undefined) {
        throw new Error('Publishing answered a delivery without its event.');
      }
      const { tenantNo, type, body } = event;
      jobs.push({
        deliveryId,
        eventId,
        webhookId,
        tenantNo,
        type,
        body,
        attempt: 1,
        lost: 0,
        group,
      });
    }
    return jobs;
  }
}

/** A key taken meanwhile; a deadlock; a serialization failure. */
const AGAIN = new Set(['23505', '40P01', '40001']);

const NOTHING: Published = {
  eventIds: [],
  deliveryIds: [],
  eventIndexes: [],
  webhookIds: [],
  queuedCount: 0,
};

const CATALOGUE: ReadonlySet<string> = new Set(EVENT_TYPES);

/** One look-up a type, not one an event: a group seldom has more than a few types. */
function countByType({ eventsAccepted }: Metrics, events: readonly NewEvent[]): void {
  const counts = new Map<string, number>();
  for (const { type } of events) {
    // Names that people choose are no labels: there would be no end of them, and a tenant's show.
    const label = CATALOGUE.has(type) ? type : 'custom';
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  for (const [type, count] of counts) eventsAccepted.inc({ type }, count);
}

interface Parts {
  database: Database;
  node: Node;
  /** null on a node that only serves the API: its deliveries go to the queue. */
  deliverer: Deliverer | null;
  filters: FilterBook;
  log: Logger;
  metrics: Metrics;
  /** Deliveries were left in the queue. */
  onQueued: () => void;
  /** A statement's outcome is unknown. */
  onDoubt: () => void;
}
