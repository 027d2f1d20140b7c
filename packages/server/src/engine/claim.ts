import type { Logger } from 'pino';
import { formatId } from '../base/ids.ts';
import type { Metrics } from '../base/metrics.ts';
import { type Claimed, claimQueue } from '../store/claim-queue.ts';
import { type Database, isDatabaseAway, sqlState } from '../store/database.ts';
import { BOUNDS } from './bounds.ts';
import type { Deliverer } from './deliver.ts';
import type { Job } from './job.ts';
import type { Node } from './node.ts';
import type { WebhookBook } from './webhook-book.ts';

/**
 * Fetches what is due from the queue: retries, what did not fit into memory, what other nodes left. It
 * goes round the webhooks in fair turns, looks again at once while there is more, and otherwise sleeps
 * until it is woken or the poll comes round.
 */
export class Claimer {
  readonly #parts: Parts;
  #cursor = '0';
  /** How many to take of one webhook: grows while few webhooks share the queue. */
  #perWebhook: number = BOUNDS.claimPerWebhook;
  /** Webhooks that had more than was taken, in this circle. */
  #more = new Set<string>();
  #sleep: { timer: NodeJS.Timeout; wake: () => void } | undefined;
  #woken = false;
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#loop;
  }

  /** Something is due now. */
  wake(): void {
    this.#woken = true;
    this.#sleep?.wake();
  }

  /** Something will be due. */
  wakeIn(inMs: number): void {
    setTimeout(() => this.wake(), inMs + 1).unref();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const again = await this.#turn();
      if (!again && !this.#woken && !this.#stopped) await this.#pause(BOUNDS.claimPollMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleep = undefined;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleep = { timer, wake };
    });
  }

  /** @returns whether to go on at once */
  async #turn(): Promise<boolean> {
    const { deliverer, book, node, log, metrics } = this.#parts;
    if (node.id === '' || !book.isFresh() || deliverer.isFull) return false;
    const life = node.life;
    const number = node.nextNumber();
    const perWebhook = Math.min(this.#perWebhook, deliverer.window);
    try {
      const ended = metrics.claimBatchSeconds.startTimer();
      const { claimed, cursor } = await claimQueue(
        this.#parts.database.hot,
        { nodeId: node.id, number },
        this.#cursor,
        deliverer.halfFull(),
        perWebhook,
        BOUNDS.claimLimit,
      );
      ended();
      if (life !== node.life) return true;
      this.#take(claimed, number);
      this.#noteBacklog(claimed, cursor, perWebhook);
      // A turn that began in the middle has not seen the beginning of the circle yet.
      const begunInTheMiddle = this.#cursor !== '0';
      this.#cursor = cursor ?? '0';
      return claimed.length > 0 || cursor !== null || begunInTheMiddle;
    } catch (error) {
      if (sqlState(error) === '23503') node.died(life);
      else {
        if (isDatabaseAway(error)) this.#parts.onDoubt();
        log.warn({ err: error }, 'The queue could not be read; trying again.');
      }
      return false;
    } finally {
      node.landed(number);
    }
  }

  #take(claimed: readonly Claimed[], number: string): void {
    if (claimed.length === 0) return;
    const group = this.#parts.node.openGroup(number, claimed.length);
    const jobs: Job[] = [];
    for (const row of claimed) {
      const { id, tenant_no: tenantNo, event_id: eventId, webhook_id: webhookId } = row;
      const { attempt, lost, type, body } = row;
      if (type === null || body === null) {
        // Retention never drops an event with a pending delivery; should one be gone all the same, say so.
        group.remaining -= 1;
        const ids = {
          delivery: formatId('dlv', id),
          event: formatId('evt', eventId),
          webhook: formatId('whk', webhookId),
        };
        this.#parts.log.error(ids, 'A pending delivery has no event.');
        continue;
      }
      jobs.push({ deliveryId: id, eventId, webhookId, tenantNo, type, body, attempt, lost, group });
    }
    this.#parts.deliverer.accept(jobs);
  }

  /** New events of a webhook line up in the queue as long as older ones wait there. */
  #noteBacklog(claimed: readonly Claimed[], cursor: string | null, perWebhook: number): void {
    const { deliverer } = this.#parts;
    const taken = new Map<string, { tenantNo: number; count: number }>();
    for (const { webhook_id: id, tenant_no: tenantNo } of claimed) {
      const entry = taken.get(id);
      if (entry === undefined) taken.set(id, { tenantNo, count: 1 });
      else entry.count += 1;
    }
    let full = 0;
    for (const [id, { tenantNo, count }] of taken) {
      const more = count >= perWebhook;
      if (more) {
        full += 1;
        this.#more.add(id);
      }
      deliverer.setBacklog(id, tenantNo, more);
    }
    if (claimed.length >= BOUNDS.claimLimit) {
      this.#perWebhook = Math.max(BOUNDS.claimPerWebhook, Math.floor(this.#perWebhook / 2));
    } else if (full > 0) this.#perWebhook = Math.min(BOUNDS.claimLimit, this.#perWebhook * 4);
    if (cursor !== null) return;
    // The circle is complete: a webhook that was not in it has nothing left, unless it was left out.
    const leftOut = new Set(deliverer.halfFull());
    for (const id of deliverer.backlogged()) {
      if (!this.#more.has(id) && !leftOut.has(id)) deliverer.setBacklog(id, 0, false);
    }
    this.#more = new Set();
  }
}

interface Parts {
  database: Database;
  node: Node;
  book: WebhookBook;
  deliverer: Deliverer;
  log: Logger;
  metrics: Metrics;
  /** A statement's outcome is unknown. */
  onDoubt: () => void;
}
