import type { Logger } from 'pino';
import { hearQueue, type Listening, tellQueue } from '../store/wake-ups.ts';
import type { Database } from '../store/database.ts';

const TELL_EVERY_MS = 20;
const RECONNECT_MS = 2_000;

/**
 * Tells other nodes that the queue holds something due, and hears it from them: one NOTIFY for all that
 * happened within 20 ms, from a statement of its own (inside the publishing transaction it would take a
 * lock of the whole database at commit). Only a shortcut: without it the poll finds the same later.
 */
export class WakeUps {
  readonly #parts: { database: Database; log: Logger; onWake: () => void };
  #telling: NodeJS.Timeout | undefined;
  #listening: Listening | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  #complained = false;

  constructor(parts: { database: Database; log: Logger; onWake: () => void }) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    if (this.#stopped) return;
    try {
      const listening = await hearQueue(this.#parts.database, this.#parts.onWake, () =>
        this.#lost(),
      );
      if (listening === null) {
        this.#parts.log.info(
          'A pooler stands in front of PostgreSQL: statements are planned each time, and this node looks into the queue by itself.',
        );
        return;
      }
      this.#complained = false;
      if (this.#stopped) await listening.stop();
      else this.#listening = listening;
    } catch (error) {
      if (!this.#complained)
        this.#parts.log.info({ err: error }, 'No wake-ups from other nodes; polling.');
      this.#complained = true;
      this.#lost();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#listening?.stop();
    if (this.#telling === undefined) return;
    clearTimeout(this.#telling);
    await this.#tellNow();
  }

  tell(): void {
    if (this.#stopped) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      void this.#tellNow();
    }, TELL_EVERY_MS);
  }

  async #tellNow(): Promise<void> {
    try {
      await tellQueue(this.#parts.database);
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'Other nodes could not be woken; they poll.');
    }
  }

  #lost(): void {
    this.#listening = undefined;
    if (this.#stopped) return;
    // A connection that breaks while it begins to listen is told of twice.
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
