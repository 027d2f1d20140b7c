import type { Delivery, DeliveryDetail, DeliveryPage } from '@sydx/contract';
import type { z } from 'zod';
import type { ApiClient } from '../api-client.ts';
import { CommandError, ServerAwayError } from '../errors.ts';

type Page = z.output<typeof DeliveryPage>;

/** What never changes of a delivery, so that the server can choose by it. */
export interface FollowedFilter {
  readonly webhookId: string | undefined;
  readonly eventId: string | undefined;
  readonly event: string | undefined;
}

export interface Changes {
  /** Oldest first, each as it is now. */
  readonly deliveries: readonly Delivery[];
  /** More came at once than is read in one round: the oldest of them are left out. */
  readonly isCut: boolean;
}

interface Known {
  /** Status and attempts as they were last told. */
  state: string;
  createdMs: number;
  isFinal: boolean;
  lookedAtMs: number;
}

/** A publish that takes long commits deliveries older than those that are listed already. */
const LATE_COMMIT_MS = 10_000;
const PAGES_PER_ROUND = 50;
/** How often a delivery that waits for its retry is looked at, and how many of them in one round. */
const LOOK_AGAIN_MS = 5_000;
const LOOKS_PER_ROUND = 50;

/**
 * Follows the log of deliveries over HTTP. Of time it knows what the server says alone: each round reads
 * what came since a little before the newest known, and looks again at those older that had not ended.
 */
export class DeliveryFollower {
  readonly #api: ApiClient;
  readonly #filter: FollowedFilter;
  readonly #known = new Map<string, Known>();
  #newestMs: number | null = null;

  constructor(api: ApiClient, filter: FollowedFilter) {
    this.#api = api;
    this.#filter = filter;
  }

  /** Takes what is there as told. What is not final of it is followed. */
  async skipPresent(): Promise<void> {
    const newest = await this.#page({ limit: '1' });
    this.#newestMs = Date.parse(newest.data[0]?.createdAt ?? '') || null;
    if (this.#newestMs !== null) await this.next();
  }

  /** Tells, at the next round, what was accepted since then. @param ms since 1970, the server's clock */
  beginAt(ms: number): void {
    this.#newestMs = ms + LATE_COMMIT_MS;
  }

  /** One round: what is new or has changed since the one before. */
  async next(): Promise<Changes> {
    const { rows, isCut } = await this.#recent();
    const inRecent = new Set(rows.map(({ id }) => id));
    const waiting = await this.#waiting(inRecent);
    // Nothing fails from here on: what is noted as told is told.
    const changed = [...rows, ...waiting].filter((row) => this.#isChange(row));
    this.#forget(inRecent);
    return { deliveries: changed.toSorted((a, b) => timeOf(a) - timeOf(b)), isCut };
  }

  /** Whether it differs from what was told; from now on this is told. */
  #isChange(row: Delivery): boolean {
    const state = `${row.status} ${row.attemptCount}`;
    const before = this.#known.get(row.id)?.state;
    const createdMs = Date.parse(row.createdAt);
    this.#known.set(row.id, {
      state,
      createdMs,
      isFinal: row.status !== 'pending',
      lookedAtMs: performance.now(),
    });
    this.#newestMs = Math.max(this.#newestMs ?? 0, createdMs);
    return state !== before;
  }

  async #recent(): Promise<{ rows: Delivery[]; isCut: boolean }> {
    const fromMs = this.#newestMs === null ? null : this.#newestMs - LATE_COMMIT_MS;
    const from = fromMs === null ? undefined : new Date(fromMs).toISOString();
    const rows: Delivery[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < PAGES_PER_ROUND; pages += 1) {
      const page = await this.#page({ limit: '100', from, cursor });
      rows.push(...page.data);
      if (page.nextCursor === null) return { rows: rows.toReversed(), isCut: false };
      cursor = page.nextCursor;
    }
    return { rows: rows.toReversed(), isCut: true };
  }

  /** Those that had not ended and are too old for the page of recent ones, longest not looked at first. */
  async #waiting(inRecent: ReadonlySet<string>): Promise<Delivery[]> {
    const nowMs = performance.now();
    const due = [...this.#known]
      .filter(([id, known]) => !known.isFinal && !inRecent.has(id))
      .filter(([, { lookedAtMs }]) => nowMs - lookedAtMs >= LOOK_AGAIN_MS)
      .toSorted(([, a], [, b]) => a.lookedAtMs - b.lookedAtMs)
      .slice(0, LOOKS_PER_ROUND);
    const rows: Delivery[] = [];
    for (const [id] of due) {
      try {
        rows.push(inBrief(await this.#api.get<DeliveryDetail>(`/v1/deliveries/${id}`)));
      } catch (error) {
        // Retention took it; but when the server is away, everything is to be looked at again.
        if (!(error instanceof CommandError) || error instanceof ServerAwayError) throw error;
        this.#known.delete(id);
      }
    }
    return rows;
  }

  /** What has ended and will be in no page of recent ones again. */
  #forget(inRecent: ReadonlySet<string>): void {
    const from = (this.#newestMs ?? 0) - LATE_COMMIT_MS;
    for (const [id, { isFinal, createdMs }] of this.#known) {
      if (isFinal && createdMs < from && !inRecent.has(id)) this.#known.delete(id);
    }
  }

  async #page(query: Readonly<Record<string, string | undefined>>): Promise<Page> {
    return await this.#api.get<Page>('/v1/deliveries', { ...this.#filter, ...query });
  }
}

/** As lists show it. */
function inBrief({
  payload: _,
  request: __,
  attempts: ___,
  ...delivery
}: DeliveryDetail): Delivery {
  return delivery;
}

/** When what is told of it happened, as far as a list knows. */
function timeOf({ finishedAt, createdAt }: Delivery): number {
  return Date.parse(finishedAt ?? createdAt);
}
