import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import { formatId } from '../base/ids.ts';
import type { Metrics } from '../base/metrics.ts';
import type { FinalStatus } from '../store/record-outcomes.ts';
import { attempt, isStruggling, recordOf, type Sent } from './attempt.ts';
import { BOUNDS } from './bounds.ts';
import { ShuttingDown } from './errors.ts';
import { fateOf } from './fate.ts';
import type { GoneWebhooks } from './gone.ts';
import type { Job } from './job.ts';
import { Lane } from './lane.ts';
import type { Node } from './node.ts';
import type { AttemptResult, Transport } from './ports.ts';
import type { Recorder } from './record.ts';
import { tellOutcome } from './tell.ts';
import { Turns } from './turns.ts';
import type { WebhookBook, WebhookSettings } from './webhook-book.ts';

const IDLE_LANE_MS = 120_000;

/** What this node has room for. */
export interface Room {
  /** Webhooks that have enough in memory. */
  saturated: string[];
  /** How many deliveries one statement may add. */
  limit: number;
}

/**
 * Carries deliveries out. Each webhook has a lane; lanes take turns, tenant by tenant; a lane sends as
 * much at once as its receiver has shown to take. A delivery that was handed over goes
 *
 *   waiting in its lane → sending → its outcome with the recorder
 *
 * and no attempt starts while the settings are older than a second, the lease might end before it, or
 * outcomes cannot be written.
 */
export class Deliverer {
  readonly #lanes = new Map<string, Lane>();
  readonly #turns = new Turns<Lane>();
  readonly #saturated = new Set<string>();
  readonly #parts: Parts;
  // Looked up once: finding a counter by its labels is most of what counting costs.
  readonly #succeeded: { inc(): void };
  readonly #finished: Readonly<Record<FinalStatus, { inc(): void }>>;
  readonly #attemptMs: number;
  #held = 0;
  #heldBytes = 0;
  #sending = 0;
  /** Deliveries that wait for receivers which keep up. */
  #behind = 0;
  #onCaughtUp: (() => void)[] = [];
  #stopped = false;
  #unsent: Job[] = [];
  #idleCheck: NodeJS.Timeout | undefined;
  #pumpsSoon = false;
  /** Called when a lane whose queue holds more has room again. */
  onRoom: (() => void) | undefined;
  /** Called with how long until a retry is due. */
  onRetry: ((inMs: number) => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { attempts, deliveriesFinished } = parts.metrics;
    this.#succeeded = attempts.labels({ result: 'success' });
    this.#finished = {
      success: deliveriesFinished.labels({ status: 'success' }),
      failed: deliveriesFinished.labels({ status: 'failed' }),
      cancelled: deliveriesFinished.labels({ status: 'cancelled' }),
    };
    // Half a second for what stands between the check and the socket.
    this.#attemptMs = parts.deadlineMs + 500;
    parts.node.onDeath(() => this.#forget());
    parts.book.onFresh(() => this.#pump());
    this.#idleCheck = setInterval(() => this.#dropIdleLanes(), IDLE_LANE_MS / 4);
    this.#idleCheck.unref();
  }

  get sending(): number {
    return this.#sending;
  }

  get held(): number {
    return this.#held;
  }

  /** How many deliveries wait for this node, and not for their receivers. */
  get behind(): number {
    return this.#behind;
  }

  /** @param bodyBytes what one of the deliveries in question weighs */
  room(bodyBytes = 1): Room {
    const free = Math.min(
      2 * BOUNDS.held - this.#held,
      (2 * BOUNDS.heldBytes - this.#heldBytes) / Math.max(bodyBytes, 1),
    );
    const limit = this.#stopped ? 0 : Math.max(0, Math.floor(free / 4));
    return { saturated: this.#findSaturated(), limit };
  }

  /** Nothing more fits: deliveries wait in the queue. */
  get isFull(): boolean {
    const isFull = this.#held >= 2 * BOUNDS.held || this.#heldBytes >= 2 * BOUNDS.heldBytes;
    return this.#stopped || isFull;
  }

  /** How many deliveries of one webhook may wait in memory now. */
  get window(): number {
    const taken = Math.max(this.#held / BOUNDS.held, this.#heldBytes / BOUNDS.heldBytes);
    const narrow = BOUNDS.narrowWindows.findLast((step) => taken >= step.taken);
    return narrow?.laneWindow ?? BOUNDS.laneWindow;
  }

  #findSaturated(): string[] {
    const { window } = this;
    if (window === BOUNDS.laneWindow) return [...this.#saturated];
    const ids: string[] = [];
    for (const lane of this.#lanes.values()) if (lane.isSaturated(window)) ids.push(lane.webhookId);
    return ids;
  }

  /** Waits while this node, and not its receivers, is what deliveries wait for; not for long. */
  async leanBack(): Promise<void> {
    if (this.#behind <= BOUNDS.behind) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, BOUNDS.leanBackMs);
      this.#onCaughtUp.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Webhooks to leave out when claiming. */
  halfFull(): string[] {
    const ids: string[] = [];
    const { window } = this;
    for (const lane of this.#lanes.values()) if (lane.isHalfFull(window)) ids.push(lane.webhookId);
    return ids;
  }

  /** Whether the queue in PostgreSQL is known to hold more of a webhook than was claimed. */
  setBacklog(webhookId: string, tenantNo: number, hasBacklog: boolean): void {
    const lane = hasBacklog ? this.#lane(webhookId, tenantNo) : this.#lanes.get(webhookId);
    if (lane === undefined) return;
    lane.hasBacklog = hasBacklog;
    this.#noteSaturation(lane);
  }

  backlogged(): string[] {
    const ids: string[] = [];
    for (const lane of this.#lanes.values()) if (lane.hasBacklog) ids.push(lane.webhookId);
    return ids;
  }

  /** Takes deliveries that were leased to this node. */
  accept(jobs: readonly Job[]): void {
    for (const job of jobs) {
      this.#held += 1;
      this.#heldBytes += job.body.length;
      const lane = this.#lane(job.webhookId, job.tenantNo);
      lane.waiting.push(job);
      if (lane.keepsUp) this.#behind += 1;
      this.#noteSaturation(lane);
      this.#offerTurn(lane);
    }
    this.#pump();
  }

  /** Sends a Test at once, past its lane: a person is waiting, and one request overruns nobody. */
  async acceptTest(job: Job): Promise<void> {
    await this.#parts.book.load(job.webhookId);
    const webhook = this.#parts.book.get(job.webhookId);
    this.#held += 1;
    this.#heldBytes += job.body.length;
    this.#sending += 1;
    const sent = await this.#attempt(job, webhook);
    this.#sending -= 1;
    if (sent.kind === 'unsent' || job.group.life !== this.#parts.node.life) {
      job.onRecorded?.(new ShuttingDown());
    } else this.#record(job, sent);
  }

  /** Called by the recorder when outcomes are on disk: their memory is free. */
  release(jobs: readonly Job[]): void {
    for (const job of jobs) {
      this.#held -= 1;
      this.#heldBytes -= job.body.length;
    }
  }

  /** Starts nothing more. @returns what was waiting, to be handed back */
  stop(): Job[] {
    this.#stopped = true;
    clearInterval(this.#idleCheck);
    const waiting: Job[] = [];
    for (const lane of this.#lanes.values()) waiting.push(...lane.waiting.drain());
    this.release(waiting);
    this.#behindBy(-this.#behind);
    return waiting;
  }

  /** @returns what was waiting for its settings when this node stopped, to be handed back as well */
  takeUnsent(): Job[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    this.release(unsent);
    return unsent;
  }

  #lane(webhookId: string, tenantNo: number): Lane {
    let lane = this.#lanes.get(webhookId);
    if (lane === undefined) {
      lane = new Lane(webhookId, tenantNo);
      this.#lanes.set(webhookId, lane);
    }
    return lane;
  }

  #noteSaturation(lane: Lane): void {
    if (lane.isSaturated(BOUNDS.laneWindow)) this.#saturated.add(lane.webhookId);
    else this.#saturated.delete(lane.webhookId);
  }

  #offerTurn(lane: Lane): void {
    if (lane.queuedForTurn || !lane.maySend(this.#sending)) return;
    lane.queuedForTurn = true;
    this.#turns.add(lane.tenantNo, lane);
  }

  #pump(): void {
    const { book, node, recorder } = this.#parts;
    if (this.#stopped || !book.isFresh() || !node.mayStart(this.#attemptMs)) return;
    // Goes on at the latest when the book has looked again, which needs the database as well.
    if (recorder.isStuck || this.#pumpsSoon) return;
    let begun = 0;
    while (this.#sending < BOUNDS.sending) {
      if (begun >= BOUNDS.sendsPerTurn) {
        this.#pumpSoon();
        return;
      }
      const lane = this.#turns.next();
      if (lane === undefined) return;
      lane.queuedForTurn = false;
      if (!lane.maySend(this.#sending)) continue;
      const job = lane.waiting.shift();
      if (job === undefined) continue;
      if (lane.keepsUp) this.#behindBy(-1);
      this.#noteSaturation(lane);
      if (lane.hasBacklog && !lane.isHalfFull(this.window)) this.onRoom?.();
      this.#send(job, lane);
      this.#offerTurn(lane);
      begun += 1;
    }
  }

  #pumpSoon(): void {
    if (this.#pumpsSoon) return;
    this.#pumpsSoon = true;
    setImmediate(() => {
      this.#pumpsSoon = false;
      this.#pump();
    });
  }

  #send(job: Job, lane: Lane): void {
    lane.sending += 1;
    this.#sending += 1;
    const webhook = this.#parts.book.get(job.webhookId);
    const sent =
      webhook === undefined ? this.#loadAndAttempt(job, lane) : this.#attempt(job, webhook);
    void sent.then((result) => this.#finish(job, lane, result));
  }

  async #loadAndAttempt(job: Job, lane: Lane): Promise<Sent> {
    const { book, log, node } = this.#parts;
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1_000)) {
      try {
        await book.load(job.webhookId);
      } catch (error) {
        log.warn(
          { err: error, webhook: formatId('whk', lane.webhookId) },
          'The settings of a webhook could not be read.',
        );
      }
      const gone = this.#stopped || job.group.life !== node.life;
      const ready = book.isFresh() && node.mayStart(this.#attemptMs);
      const webhook = book.get(job.webhookId);
      if (gone) return { kind: 'unsent' };
      if (ready && webhook !== undefined) return await this.#attempt(job, webhook);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  #attempt(job: Job, webhook: WebhookSettings | undefined): Promise<Sent> {
    if (this.#stopped || webhook === undefined) return Promise.resolve({ kind: 'unsent' });
    const sending = attempt(job, webhook, this.#parts);
    return webhook.integration === null ? sending : this.#parts.gone.heed(job, webhook, sending);
  }

  #finish(job: Job, lane: Lane, sent: Sent): void {
    this.#sending -= 1;
    lane.sending -= 1;
    if (job.group.life === this.#parts.node.life) {
      if (sent.kind === 'sent') {
        this.#judge(lane, sent.result);
      }
      this.#record(job, sent);
    }
    if (lane.isIdle) lane.idleSince = this.#parts.clock.monotonic();
    this.#offerTurn(lane);
    this.#pump();
  }

  #judge(lane: Lane, result: AttemptResult): void {
    const keptUp = lane.keepsUp;
    if (result.error === null) lane.succeeded(result.durationMs);
    else if (isStruggling(result)) lane.struggled();
    if (lane.keepsUp === keptUp) return;
    this.#behindBy(keptUp ? -lane.waiting.size : lane.waiting.size);
  }

  #behindBy(change: number): void {
    this.#behind += change;
    if (this.#behind > BOUNDS.behind || this.#onCaughtUp.length === 0) return;
    const waiting = this.#onCaughtUp;
    this.#onCaughtUp = [];
    for (const resume of waiting) resume();
  }

  #record(job: Job, sent: Sent): void {
    if (sent.kind === 'unsent') {
      this.#unsent.push(job);
      return;
    }
    const { recorder, metrics } = this.#parts;
    const record = sent.kind === 'sent' ? recordOf(sent) : null;
    const fate = fateOf(job, sent, this.#parts.book.get(job.webhookId), this.#parts);
    if (sent.kind === 'sent') {
      if (sent.result.error === null) this.#succeeded.inc();
      else metrics.attempts.inc({ result: sent.result.error });
      metrics.attemptSeconds.observe(sent.result.durationMs / 1_000);
    }
    tellOutcome(this.#parts.log, job, sent, fate);
    if ('status' in fate) this.#finished[fate.status].inc();
    else {
      metrics.retriesScheduled.inc();
      this.onRetry?.(fate.retryInMs);
    }
    recorder.add(job, {
      deliveryId: job.deliveryId,
      tenantNo: job.tenantNo,
      eventId: job.eventId,
      webhookId: job.webhookId,
      type: job.type,
      attempt: job.attempt,
      lost: job.lost,
      record,
      fate,
    });
  }

  #dropIdleLanes(): void {
    const before = this.#parts.clock.monotonic() - IDLE_LANE_MS;
    for (const lane of this.#lanes.values()) {
      if (!lane.isIdle || lane.hasBacklog || lane.idleSince > before) continue;
      this.#lanes.delete(lane.webhookId);
      this.#saturated.delete(lane.webhookId);
    }
  }

  #forget(): void {
    // Lanes with a request under way live on until it ends: they must not go on with what was taken over.
    for (const lane of this.#lanes.values()) lane.waiting.drain();
    this.#lanes.clear();
    this.#turns.clear();
    this.#saturated.clear();
    this.#behindBy(-this.#behind);
    this.#held = 0;
    this.#heldBytes = 0;
  }
}

interface Parts {
  node: Node;
  book: WebhookBook;
  recorder: Recorder;
  gone: GoneWebhooks;
  transport: Transport;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  deadlineMs: number;
  retryScheduleSeconds: readonly number[];
}
