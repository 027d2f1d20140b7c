import type { EncodedEvent } from './encode.ts';

/** What a buffer holds, in its order. */
export class HeldEvents {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #events: EncodedEvent[] = [];
  #bytes = 0;
  #watchers: (() => void)[] = [];

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  get all(): readonly EncodedEvent[] {
    return this.#events;
  }

  get size(): number {
    return this.#events.length;
  }

  /** An event that is larger than the whole buffer passes alone. */
  hasRoomFor({ byteCount }: EncodedEvent): boolean {
    if (this.size === 0) return true;
    return this.size < this.#maxEvents && this.#bytes + byteCount <= this.#maxBytes;
  }

  add(event: EncodedEvent): void {
    this.#events.push(event);
    this.#bytes += event.byteCount;
  }

  /** These have their answer; those that are gone already change nothing. */
  remove(events: readonly EncodedEvent[]): void {
    const answered = new Set(events);
    this.#events = this.#events.filter((event) => !answered.has(event));
    this.#bytes = this.#events.reduce((sum, { byteCount }) => sum + byteCount, 0);
    this.wake();
  }

  /** Resolves when all that is held now is gone. */
  async drained(): Promise<void> {
    const awaited = new Set(this.#events);
    const isAwaited = ([first]: readonly EncodedEvent[]) =>
      first !== undefined && awaited.has(first);
    // What came later stands behind: the first tells of all.
    while (isAwaited(this.#events)) await this.change();
  }

  /** Resolves when something went, at `wake`, or when the signal fires. */
  change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        signal?.removeEventListener('abort', go);
        resolve();
      };
      this.#watchers.push(go);
      signal?.addEventListener('abort', go, { once: true });
    });
  }

  wake(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}
