import { setTimeout as sleep } from 'node:timers/promises';
import { PROBLEMS } from '@sydx/contract';
import type { Pool } from 'pg';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Engine } from '../engine/engine.ts';
import { ShuttingDown } from '../engine/errors.ts';
import { type Database, isDatabaseAway, sqlState } from '../store/database.ts';
import { forgetMarks } from '../store/outbox-marks.ts';
import { forgetRejected } from '../store/outbox-rejected.ts';
import { holdRelay, letRelayGo } from '../store/outbox-relays.ts';
import { type OutboxRow, readOutbox } from '../store/outbox-rows.ts';
import { findOutbox } from '../store/outbox-schema.ts';
import { RELAY } from './bounds.ts';
import { Floor } from './floor.ts';
import { type Moved, move, RelayLost } from './move.ts';

export interface RelayParts {
  readonly database: Pick<Database, 'general' | 'control'>;
  readonly engine: Pick<Engine, 'publishWith' | 'eventTypes'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly retentionDays: number;
  /** Where the outbox is. */
  readonly outbox: Pool;
  /** `own`: in the product's database; `crm`: in another. */
  readonly place: 'own' | 'crm';
  /** UUID of this relay among those of all nodes. */
  readonly holder: string;
}

/**
 * Moves what producers published in their own transactions into the product:
 *
 *   read what is visible → publish it in one transaction of ours → delete it, with the next read
 *
 * One relay of all nodes works at a time, under a lease. Within a tenant rows are published in the
 * order of the calls, as far as they are visible: a transaction that committed before another one
 * called sydx.publish is always seen with or before it (docs/adr/0007). Whatever fails is tried again;
 * what was published and not deleted yet is known by its marks.
 */
export class OutboxRelay {
  readonly #parts: RelayParts;
  readonly #floor: Floor;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #installation: string | null = null;
  #heldAtMs = Number.NEGATIVE_INFINITY;
  #isHeld = false;
  #upkeepAtMs = Number.NEGATIVE_INFINITY;
  #idlePauseMs: number = RELAY.pauseMs;
  #inTurns = false;
  /** Tenant of the last event that there was time for. */
  #after = '';
  /** Published, and to be deleted by the next read. Always empty in our own database. */
  #relayed: readonly OutboxRow[] = [];
  #failures = 0;
  #told = '';

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#floor = new Floor(() => parts.clock.monotonic());
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends with the batch under way, and lets another node relay at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const ended = this.#running.then(() => this.#letGo());
    await Promise.race([ended, sleep(RELAY.stopMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = await this.#turn().catch((error: unknown) => this.#afterFailure(error));
      // Aborted is how the pause ends when the node stops.
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns milliseconds until the next turn */
  async #turn(): Promise<number> {
    await this.#upkeep();
    this.#installation ??= await this.#find();
    if (this.#installation === null || !(await this.#hold(this.#installation))) {
      this.#showNothing();
      return this.#installation === null ? RELAY.lookMs : RELAY.askMs;
    }

    const { metrics, outbox, place } = this.#parts;
    const floor = await this.#floor.find(outbox);
    const limits = { limit: RELAY.rowsPerBatch, limitBytes: RELAY.bytesPerBatch };
    const request = { relayed: this.#relayed, floor, after: this.#after, ...limits };
    const rows = await readOutbox(outbox, request, this.#inTurns);
    this.#relayed = [];
    const ages = rows.map(({ age_seconds }) => age_seconds);
    metrics.outboxLag.set({ place }, Math.max(0, ...ages));

    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const isShort = rows.length < RELAY.rowsPerBatch && bytes < RELAY.bytesPerBatch;
    let tookAll = isShort && !this.#inTurns;
    // With a backlog every other read is a fair one: those between take what is left of one tenant.
    this.#inTurns = !isShort && !this.#inTurns;
    if (rows.length > 0) {
      const { seen, known } = await this.#publish(this.#installation, rows);
      if (place === 'crm') this.#relayed = seen;
      if (seen.length < rows.length) {
        // What takes long to judge is of one tenant, most likely: the others first.
        this.#inTurns = true;
        this.#after = seen.at(-1)?.tenant ?? '';
        tookAll = false;
      }
      if (tookAll && known === 0 && floor === '0') await this.#forget(this.#installation);
    }
    this.#works();
    this.#floor.notePublished(tookAll);
    // After a fair read, a short one too, there may be more.
    return this.#pauseAfter(rows.length, tookAll);
  }

  /** No pause with a backlog; longer and longer ones while nothing comes. */
  #pauseAfter(count: number, tookAll: boolean): number {
    if (!tookAll) return 0;
    this.#idlePauseMs =
      count > 0 ? RELAY.pauseMs : Math.min(this.#idlePauseMs * 1.3, RELAY.idlePauseMs);
    return this.#idlePauseMs;
  }

  async #find(): Promise<string | null> {
    const { outbox, place, database, log } = this.#parts;
    const found = await findOutbox(outbox);
    if (place === 'own') return found?.id ?? null;
    if (found === null) {
      this.#tell('There is no outbox at OUTBOX_DATABASE_URL: run `npx sydx outbox install`.');
      return null;
    }
    // The CRM lives in our own database: its rows need no second commit.
    const isOwn = (await findOutbox(database.general))?.id === found.id;
    if (isOwn)
      this.#tell('OUTBOX_DATABASE_URL leads to our own database; it is relayed from there.');
    else log.info({ installation: found.id }, 'The outbox of the CRM was found.');
    return isOwn ? null : found.id;
  }

  async #hold(installation: string): Promise<boolean> {
    const { clock, database, holder, log, place } = this.#parts;
    if (this.#isHeld && clock.monotonic() - this.#heldAtMs < RELAY.renewMs) return true;
    const { leaseSeconds } = RELAY;
    const isHeld = await holdRelay(database.control, { installation, holder, leaseSeconds });
    this.#heldAtMs = clock.monotonic();
    if (isHeld !== this.#isHeld) {
      if (!isHeld) this.#lost();
      log.info({ place }, isHeld ? 'This node relays the outbox.' : 'Another node relays it now.');
    }
    this.#isHeld = isHeld;
    return isHeld;
  }

  /**
   * Publishes the rows, singly where one of them cannot be: it is rejected, and blocks nothing.
   *
   * @returns the first of them, those that there was time for, and how many had been published before
   */
  async #publish(
    installation: string,
    rows: readonly OutboxRow[],
    tries = 1,
  ): Promise<Pick<Moved, 'seen' | 'known'>> {
    const { clock, holder, log, place } = this.#parts;
    const route = { installation, holder, isOwn: place === 'own' };
    try {
      return this.#count(await move(this.#parts, route, rows));
    } catch (error) {
      const state = sqlState(error) ?? '';
      if (AGAIN.has(state) && tries < RELAY.tries) {
        return await this.#publish(installation, rows, tries + 1);
      }
      if (!isAboutRows(error)) throw error;
      if (rows.length > 1) {
        log.warn({ err: error, rows: rows.length }, 'A batch of the outbox failed; trying singly.');
        const until = clock.monotonic() + RELAY.renewMs;
        const seen: OutboxRow[] = [];
        let known = 0;
        for (const row of rows) {
          known += (await this.#publish(installation, [row])).known;
          seen.push(row);
          // The right to relay has to be renewed.
          if (clock.monotonic() >= until) break;
        }
        return { seen, known };
      }
      log.error({ err: error, number: rows[0]?.id }, 'An event of the outbox cannot be accepted.');
      const code = 'internal_error';
      const why = { code, detail: PROBLEMS[code].hint, errors: [] } as const;
      return this.#count(await move(this.#parts, route, rows, why));
    }
  }

  #count(moved: Moved): Moved {
    const { events, repeats, rejected } = moved;
    const { metrics, place } = this.#parts;
    metrics.outboxRelayed.inc({ place }, events.length + repeats);
    for (const { why } of rejected) metrics.outboxRejected.inc({ code: why.code });
    return moved;
  }

  /** All that was visible is published now and nothing of it had been before: no mark has a row left. */
  async #forget(installation: string): Promise<void> {
    const { clock, database, place } = this.#parts;
    if (place === 'own' || clock.monotonic() - this.#forgotAtMs < RELAY.upkeepMs) return;
    this.#forgotAtMs = clock.monotonic();
    await forgetMarks(database.general, installation, 1_000);
  }
  #forgotAtMs = Number.NEGATIVE_INFINITY;

  async #upkeep(): Promise<void> {
    const { clock, database, place, retentionDays } = this.#parts;
    if (place !== 'own' || clock.monotonic() - this.#upkeepAtMs < RELAY.upkeepMs) return;
    this.#upkeepAtMs = clock.monotonic();
    await forgetRejected(database.general, retentionDays);
  }

  async #letGo(): Promise<void> {
    const { database, holder, log, outbox } = this.#parts;
    if (!this.#isHeld || this.#installation === null) return;
    try {
      if (this.#relayed.length > 0) {
        const nothing = { floor: '0', limit: 0, limitBytes: 0 };
        await readOutbox(outbox, { relayed: this.#relayed, ...nothing }, false);
      }
      await letRelayGo(database.control, { installation: this.#installation, holder });
    } catch (error) {
      log.info(
        { err: error },
        'The outbox was not left in order; its next relay knows what to do.',
      );
    }
  }

  /** @returns milliseconds until the next turn */
  #afterFailure(error: unknown): number {
    if (error instanceof ShuttingDown) return RELAY.askMs;
    const { log, metrics, place } = this.#parts;
    // While our own database is away nobody can tell whether there is an outbox in it.
    const isMissed = place === 'crm' || this.#isHeld;
    this.#lost();
    if (error instanceof RelayLost) return RELAY.askMs;
    if (isMissed) metrics.outboxUp.set({ place }, 0);
    this.#failures += 1;
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#told) {
      this.#told = message;
      log.warn({ err: error, place }, 'The outbox cannot be relayed now; trying again.');
    }
    return Math.min(RELAY.firstRetryMs * 2 ** Math.min(this.#failures, 10), RELAY.lastRetryMs);
  }

  /** Whatever it knew may be otherwise by now: another server, another relay, another installation. */
  #lost(): void {
    this.#floor.reset();
    this.#isHeld = false;
    this.#installation = null;
    this.#relayed = [];
  }

  /** The node that relays shows figures; what this one knew would hide its trouble, or outlive it. */
  #showNothing(): void {
    const { metrics, place } = this.#parts;
    metrics.outboxUp.remove({ place });
    metrics.outboxLag.remove({ place });
  }

  #works(): void {
    const { log, metrics, place } = this.#parts;
    metrics.outboxUp.set({ place }, 1);
    if (this.#failures > 0) log.info({ place }, 'The outbox is relayed again.');
    this.#failures = 0;
    this.#told = '';
  }

  /** Says a sentence once, not at every look. */
  #tell(sentence: string): void {
    if (sentence === this.#told) return;
    this.#told = sentence;
    this.#parts.log.warn(sentence);
  }
}

/** A key taken meanwhile; a deadlock; a serialization failure. */
const AGAIN = new Set(['23505', '40P01', '40001']);

/**
 * Whether an error may be due to what stands in a row: a value that PostgreSQL does not take, or our own
 * code. All else (rights, missing tables, a full disk) would befall every row alike, so it is waited for.
 */
function isAboutRows(error: unknown): boolean {
  if (isDatabaseAway(error) || error instanceof RelayLost || error instanceof ShuttingDown) {
    return false;
  }
  const state = sqlState(error);
  return state === null || /^(22|23|54)/.test(state);
}
