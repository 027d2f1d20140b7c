import { verify } from '@sydx/sdk';
import { DatabaseClock } from '../../src/base/clock.ts';
import { attempt, recordOf, type Sent } from '../../src/engine/attempt.ts';
import { fateOf } from '../../src/engine/fate.ts';
import type { Job } from '../../src/engine/job.ts';
import type { Group } from '../../src/engine/node.ts';
import type { AttemptResult, OutgoingRequest, Transport } from '../../src/engine/ports.ts';
import type { WebhookBook } from '../../src/engine/webhook-book.ts';
import type { Database } from '../../src/store/database.ts';
import type { Parked } from '../../src/store/hand-back.ts';
import type { Outcome } from '../../src/store/record-outcomes.ts';
import type { Statements } from './statements.ts';

/** So long that no retry becomes due by itself while a slow machine is at work; seconds. */
const RETRY_SCHEDULE_SECONDS = [50_000, 60_000, 70_000];

export interface LeasedJob {
  /** In the machine. */
  readonly number: number;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly tenantNo: number;
  readonly type: string;
  readonly body: string;
  readonly attempt: number;
  readonly lost: number;
}

interface Held {
  readonly job: Job;
  /** The attempt that is under way, and how its receiver ends it. */
  underWay?: { sent: Promise<Sent>; answer: (statusCode: number) => void };
}

interface HandParts {
  readonly database: Database;
  readonly book: WebhookBook;
  readonly statements: Statements;
  readonly secretOf: (webhookId: string) => string;
}

/**
 * A node's hands, one move at a time: what it holds, its attempts (the engine's own, with a receiver
 * that answers when it is told to) and what it makes of them. It goes on believing in what it holds
 * when it was taken over long ago: that is what the fence is for.
 */
export class Hand {
  readonly held = new Map<number, Held>();
  readonly groups = new Map<
    string,
    { readonly group: Group; readonly numbers: readonly number[] }
  >();
  readonly id: string;
  readonly #parts: HandParts;
  readonly #clock = new DatabaseClock(Date.now());
  #lastGroup = 0;

  constructor(id: string, parts: HandParts) {
    this.id = id;
    this.#parts = parts;
  }

  nextGroup(): string {
    this.#lastGroup += 1;
    return String(this.#lastGroup);
  }

  hold(groupNumber: string, jobs: readonly LeasedJob[]): void {
    if (jobs.length === 0) return;
    const group: Group = { number: groupNumber, life: 0, remaining: jobs.length };
    this.groups.set(groupNumber, { group, numbers: jobs.map(({ number }) => number) });
    for (const { number, ...job } of jobs) this.held.set(number, { job: { ...job, group } });
  }

  forget(numbers: readonly number[]): void {
    for (const number of numbers) this.held.delete(number);
  }

  parked(number: number): Parked {
    return this.#held(number).job;
  }

  /** @throws Error when what is sent is not signed with the webhook's secret of now, as the SDK sees it */
  async begin(number: number): Promise<void> {
    const held = this.#held(number);
    const { job } = held;
    const settings = await this.#settings(job);
    let answer: ((result: AttemptResult) => void) | undefined;
    const asked = Promise.withResolvers<OutgoingRequest>();
    const transport: Transport = {
      send: (request) => {
        asked.resolve(request);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      close: () => Promise.resolve(),
    };
    const sent = attempt(job, settings, { clock: this.#clock, transport });
    const first = await Promise.race([sent, asked.promise]);
    if ('kind' in first) {
      await this.#record(number, first);
      return;
    }
    verify(first.body, first.headers, this.#parts.secretOf(job.webhookId), {
      requireStandard: true,
    });
    held.underWay = { sent, answer: (statusCode) => answer?.(resultOf(statusCode)) };
  }

  /** @returns false when PostgreSQL knows this node no more */
  async finish(number: number, statusCode: number): Promise<boolean> {
    const { underWay } = this.#held(number);
    if (underWay === undefined) throw new Error('No attempt is under way.');
    underWay.answer(statusCode);
    return await this.#record(number, await underWay.sent);
  }

  async #record(number: number, sent: Sent): Promise<boolean> {
    if (sent.kind === 'unsent') throw new Error('An attempt came to nothing.');
    const { job } = this.#held(number);
    const fate = fateOf(job, sent, await this.#settings(job), {
      clock: this.#clock,
      retryScheduleSeconds: RETRY_SCHEDULE_SECONDS,
    });
    const record = sent.kind === 'sent' ? recordOf(sent) : null;
    const { group, onRecorded: _, body: _body, ...about } = job;
    const outcome: Outcome = { ...about, record, fate };
    this.held.delete(number);
    group.remaining -= 1;
    const closed = group.remaining === 0 ? [group.number] : [];
    const { database, statements } = this.#parts;
    return await statements.recordOutcomes(database.hot, this.id, [outcome], closed);
  }

  async #settings(job: Job) {
    const { book } = this.#parts;
    await book.load(job.webhookId);
    const settings = book.get(job.webhookId);
    if (settings === undefined) throw new Error('A webhook has no settings.');
    return settings;
  }

  #held(number: number): Held {
    const held = this.held.get(number);
    if (held === undefined) throw new Error(`The node does not hold delivery ${number}.`);
    return held;
  }
}

function resultOf(statusCode: number): AttemptResult {
  return {
    durationMs: 1,
    statusCode,
    error: statusCode === 200 ? null : 'status_5xx',
    responseHeaders: [['x-nul', '\0']],
    responseBody: Buffer.from([0, 255, 27]),
    retryAfter: null,
  };
}
