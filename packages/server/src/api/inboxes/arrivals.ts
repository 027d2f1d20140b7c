import type { Log } from '../../base/log.ts';
import type { Database } from '../../store/database.ts';
import { newestNumbers } from '../../store/inbox-requests.ts';

/** How often it is asked what arrived: one query for all streams of this node. */
const ASK_EVERY_MS = 200;

/** What a stream hears of its inbox. */
export type News = 'arrived' | 'gone' | 'quiet';

interface Waiter {
  readonly inboxId: string;
  readonly after: number;
  readonly tell: (news: News) => void;
}

/**
 * Tells streams that something arrived, whichever node took it: asked of PostgreSQL by the primary key
 * while anybody waits, so that it needs no session and works behind a pooler.
 */
export class Arrivals {
  readonly #parts: { database: Pick<Database, 'general'>; log: Log };
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  #isAway = false;
  #stopped = false;

  constructor(parts: { database: Pick<Database, 'general'>; log: Log }) {
    this.#parts = parts;
  }

  /**
   * Waits until an inbox has a number above `after`.
   *
   * @param signal ends the waiting
   * @returns `quiet` when the time was up, or the waiting ended
   */
  wait(inboxId: string, after: number, limitMs: number, signal: AbortSignal): Promise<News> {
    return new Promise((resolve) => {
      const tell = (news: News): void => {
        clearTimeout(limit);
        signal.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiter);
        resolve(news);
      };
      const onAbort = (): void => tell('quiet');
      const waiter = { inboxId, after, tell };
      const limit = setTimeout(() => tell('quiet'), limitMs);
      if (signal.aborted || this.#stopped) {
        tell('quiet');
        return;
      }
      signal.addEventListener('abort', onAbort);
      this.#waiting.add(waiter);
      this.#timer ??= setTimeout(() => void this.#ask(), ASK_EVERY_MS);
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const { tell } of this.#waiting) tell('quiet');
  }

  async #ask(): Promise<void> {
    const asking = [...this.#waiting];
    try {
      const ids = [...new Set(asking.map(({ inboxId }) => inboxId))];
      const newest = await newestNumbers(this.#parts.database.general, ids);
      if (this.#isAway) this.#parts.log.info('Streams of inboxes hear of what arrives again.');
      this.#isAway = false;
      for (const { inboxId, after, tell } of asking) {
        const number = newest.get(inboxId);
        if (number === undefined) tell('gone');
        else if (number > after) tell('arrived');
      }
    } catch (error) {
      // Streams stay open and hear of it once PostgreSQL answers again.
      if (!this.#isAway) this.#parts.log.warn({ err: error }, 'Streams of inboxes wait.');
      this.#isAway = true;
    }
    this.#timer = undefined;
    if (this.#waiting.size > 0 && !this.#stopped) {
      this.#timer = setTimeout(() => void this.#ask(), ASK_EVERY_MS);
    }
  }
}
