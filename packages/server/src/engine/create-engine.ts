import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS, LIMITS, TEST_EVENT_TYPE } from '@sydx/contract';
import type { Logger } from 'pino';
import type { DatabaseClock } from '../base/clock.ts';
import { type Metrics, watchEngine, watchPools } from '../base/metrics.ts';
import type { Settings } from '../base/settings.ts';
import { deliveredBody } from '../exact/index.ts';
import type { Keyring } from '../signing/sealing.ts';
import { type Actor, SYSTEM } from '../store/audit-log.ts';
import { type Database, sqlState } from '../store/database.ts';
import { endNode, parkDeliveries } from '../store/hand-back.ts';
import { countNodesBehind } from '../store/nodes.ts';
import { createPartitions } from '../store/partitions.ts';
import { publishTest } from '../store/publish-test.ts';
import { BOUNDS } from './bounds.ts';
import { Claimer } from './claim.ts';
import { Deliverer } from './deliver.ts';
import type { Engine, TestedWebhook } from './engine.ts';
import { ShuttingDown } from './errors.ts';
import { EventTypeBook } from './event-type-book.ts';
import { FilterBook } from './filter-book.ts';
import { GoneWebhooks } from './gone.ts';
import type { Job } from './job.ts';
import { Node } from './node.ts';
import type { Transport } from './ports.ts';
import { Publisher } from './publish.ts';
import { Recorder } from './record.ts';
import { Sweeper } from './sweep.ts';
import { WakeUps } from './wake-ups.ts';
import { WebhookBook } from './webhook-book.ts';

const CONFIRM_POLL_MS = 20;
/** What stopping may take: a step before requests drain, and all of it. */
const FIRST_STEP_MS = 1_000;
const STOP_MS = 5_750;
const HAND_BACK_EVERY_MS = 50;

/** What the engine is made of; app.ts knows where it comes from. */
export interface EngineParts {
  database: Database;
  transport: Transport;
  keyring: Keyring;
  clock: DatabaseClock;
  log: Logger;
  metrics: Metrics;
  settings: Pick<
    Settings,
    'role' | 'retryScheduleSeconds' | 'retentionDays' | 'auditRetentionDays'
  >;
  /** For people who look at the table of nodes. */
  hostName: string;
}

export interface RunningEngine extends Engine {
  /**
   * Stops in order within 6 s: starts nothing new, hands back what waits, finishes what is under way,
   * writes every outcome, gives up its leases.
   *
   * @param graceMs how long to publish on, for other nodes to deliver: 0 unless told
   */
  stop(graceMs?: number): Promise<void>;
}

/** Starts this node's part of the work: everything, or for ROLE=api only publishing and Tests. */
export async function startEngine(parts: EngineParts): Promise<RunningEngine> {
  const { database, clock, log, metrics, settings, transport, keyring } = parts;
  await createPartitions(database.general, 1);
  const node = new Node({ database, clock, log, role: settings.role, host: parts.hostName });
  const maxAgeMs = LIMITS.settingsAgeMs;
  const filters = new FilterBook(clock, log);
  const book = new WebhookBook({ database, keyring, node, filters, clock, log, maxAgeMs });
  const recorder = new Recorder({
    database,
    node,
    log,
    metrics,
    onRecorded: (jobs) => deliverer.release(jobs),
  });
  const deliverer = new Deliverer({
    node,
    book,
    recorder,
    gone: new GoneWebhooks({ database, book, log }),
    transport,
    clock,
    log,
    metrics,
    deadlineMs: LIMITS.attemptDeadlineMs,
    retryScheduleSeconds: settings.retryScheduleSeconds,
  });
  const works = settings.role !== 'api';
  const onDoubt = (): void => sweeper.doubt();
  const claimer = works
    ? new Claimer({ database, node, book, deliverer, log, metrics, onDoubt })
    : null;
  const wakeUps = new WakeUps({ database, log, onWake: () => claimer?.wake() });
  const wake = (): void => {
    claimer?.wake();
    wakeUps.tell();
  };
  const sweeper = new Sweeper({
    database,
    node,
    clock,
    log,
    metrics,
    retentionDays: settings.retentionDays,
    auditRetentionDays: settings.auditRetentionDays,
    onQueued: wake,
  });
  const publisher = new Publisher({
    database,
    node,
    deliverer: works ? deliverer : null,
    filters,
    log,
    metrics,
    onQueued: wake,
    onDoubt,
  });
  deliverer.onRoom = () => claimer?.wake();
  deliverer.onRetry = (inMs) => claimer?.wakeIn(inMs);
  const { general, auth, hot, control } = database;
  watchPools(metrics, { general, auth, hot, control });
  watchEngine(metrics, {
    held: () => deliverer.held,
    sending: () => deliverer.sending,
    unrecorded: () => recorder.unrecorded,
    intake: () => publisher.waiting,
    behind: () => deliverer.behind,
    isReady: () => isReady(),
  });
  node.onDeath(() => metrics.leasesLost.inc());

  await node.start();
  await book.start();
  if (works) await wakeUps.start();
  claimer?.start();
  sweeper.start();
  let stopping = false;
  const isReady = (): boolean => !stopping && node.id !== '' && book.isFresh();

  async function sendTest(webhook: TestedWebhook, by: Actor = SYSTEM): Promise<string> {
    if (stopping || node.id === '') throw new ShuttingDown();
    const { life } = node;
    const body = testBody(webhook.tenantId, clock.now());
    const number = node.nextNumber();
    try {
      const lessee = { nodeId: node.id, number };
      const { id: webhookId, name: webhookName = null, tenantNo } = webhook;
      const test = { tenantNo, webhookId, webhookName, body };
      const stored = await publishTest(database.general, test, lessee, by);
      const group = node.openGroup(number, 1);
      await new Promise<void>((resolve, reject) => {
        const onRecorded = (error: Error | null): void => (error ? reject(error) : resolve());
        const job = {
          ...stored,
          webhookId,
          tenantNo,
          type: TEST_EVENT_TYPE,
          body,
          group,
          onRecorded,
        };
        deliverer.acceptTest({ ...job, attempt: 1, lost: 0 }).catch(reject);
      });
      return stored.deliveryId;
    } catch (error) {
      // Nobody records it any more: what is on disk of it is found there and ends as interrupted.
      if (life === node.life) node.groups.delete(number);
      sweeper.doubt();
      if (sqlState(error) !== '23503') throw error;
      node.died(life);
      throw new ShuttingDown();
    } finally {
      node.landed(number);
    }
  }

  async function settingsChanged(version: string): Promise<void> {
    const until = clock.monotonic() + maxAgeMs;
    await book.refresh();
    while (clock.monotonic() < until && (await countNodesBehind(database.control, version)) > 0) {
      await sleep(CONFIRM_POLL_MS);
    }
  }

  async function stop(graceMs = 0): Promise<void> {
    stopping = true;
    const askedAt = clock.monotonic();
    const drainUntil = askedAt + BOUNDS.drainMs;
    const leftMs = (): number => Math.max(100, askedAt + STOP_MS - clock.monotonic());
    const stopPublishing = (): Promise<void> => publisher.stop();
    const published = graceMs === 0 ? stopPublishing() : sleep(graceMs).then(stopPublishing);
    await atMost(FIRST_STEP_MS, Promise.all([publisher.stopLeasing(), claimer?.stop()]));
    const handBack = async (jobs: readonly Job[]): Promise<void> => {
      if (!(await inOrder(log, parkDeliveries(database.general, node.id, jobs)))) return;
      wakeUps.tell();
      const afterMs = Math.round(clock.monotonic() - askedAt);
      log.info({ deliveries: jobs.length, afterMs }, 'What waited here is up for other nodes.');
    };
    let handedBack = handBack(deliverer.stop());
    await atMost(FIRST_STEP_MS, handedBack);
    const handingBack = setInterval(() => {
      const unsent = deliverer.takeUnsent();
      if (unsent.length > 0) handedBack = handedBack.then(() => handBack(unsent));
    }, HAND_BACK_EVERY_MS);
    await atMost(graceMs + FIRST_STEP_MS, published);
    while (deliverer.sending > 0 && clock.monotonic() < drainUntil) {
      await sleep(10);
    }
    clearInterval(handingBack);
    await atMost(leftMs(), handedBack);
    const settled = atMost(Math.min(leftMs(), 500), recorder.settled());
    await Promise.all([settled, atMost(leftMs(), sweeper.stop())]);
    book.stop();
    node.stop();
    const ending = inOrder(log, endNode(database.general, node.id, 0));
    if (await atMost(leftMs(), ending)) wakeUps.tell();
    await atMost(leftMs(), wakeUps.stop());
    log.info({ node: node.id }, 'This node has left.');
  }

  return {
    eventTypes: new EventTypeBook({ database, clock, log }),
    publish: (events) => publisher.publish(events),
    publishWith: (prepare, options) => publisher.publishWith(prepare, options),
    test: sendTest,
    settingsChanged,
    wake: () => {
      wake();
      sweeper.replaysWaiting();
    },
    stop,
  };
}

/** Waits for a step of stopping, and not for a database that says nothing. @returns null when it took longer */
async function atMost<T>(ms: number, step: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([step, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** A step of stopping: when it fails the lease runs out by itself and others take over, so go on. */
async function inOrder(log: Logger, step: Promise<unknown>): Promise<boolean> {
  try {
    await step;
    return true;
  } catch (error) {
    log.warn({ err: error }, 'Handing work back failed; others take it over when the lease ends.');
    return false;
  }
}

function testBody(tenantId: string, nowMs: number): string {
  const timestamp = new Date(nowMs).toISOString();
  const data = EVENTS[TEST_EVENT_TYPE].sample;
  const made = deliveredBody({ type: TEST_EVENT_TYPE, timestamp, tenantId, data });
  if (!made.ok) throw new Error(`The sample of ${TEST_EVENT_TYPE} is not deliverable.`);
  return made.body;
}
