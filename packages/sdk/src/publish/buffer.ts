import { fitting, namedEvents } from './batch.ts';
import { encodeEvent, type EncodedEvent } from './encode.ts';
import { PublishError } from './error.ts';
import type { EventInput } from './event-input.ts';
import { aborted } from './gate.ts';
import { HeldEvents } from './held-events.ts';
import { LONGEST_TIMER_MS, pause } from './pause.ts';

export interface BufferOptions<Own extends object = object> {
  /**
   * What `add` does when the buffer is full: `wait` until there is room, or `fail` with
   * `queue_full`. There is no third way: nothing that was added is thrown out for what comes.
   */
  whenFull: 'wait' | 'fail';
  /**
   * Told of every event that will not be published, with the key it was sent under: the server
   * refused it, or close() ran out of time. What is thrown here ends the process as uncaught.
   */
  onLost: (events: EventInput<Own>[], error: PublishError) => void;
  /** Told when a batch could not be delivered and will be tried again: the server is away, the key is wrong. */
  onBlocked?: (error: PublishError) => void;
  /** Events that the buffer holds at most. 10,000 unless told. */
  maxEvents?: number;
  /** Bytes of JSON that it holds at most. 32 MiB unless told. */
  maxBytes?: number;
  /** How long an event waits for others to share a request, in ms. 50 unless told. */
  flushAfterMs?: number;
}

/**
 * Events in memory, on their way in batches, in their order.
 *
 * Lost with the process: whatever was added and not yet accepted, `size` at most. A server that is
 * away loses nothing while the process lives: the buffer goes on trying until it is closed.
 */
export interface EventBuffer<Own extends object = object> {
  /** Events that were added and have no answer yet. */
  readonly size: number;
  /**
   * Takes an event; one without a timestamp gets the present time. Resolves when it is in memory,
   * which says nothing of the server.
   *
   * @throws PublishError `event_invalid`, `queue_full`, `closed` or `aborted`: it was not taken
   */
  add(event: EventInput<Own>, options?: { signal?: AbortSignal }): Promise<void>;
  /** Sends at once, and resolves when all that was added before is accepted or told to `onLost`. */
  flush(): Promise<void>;
  /**
   * Takes nothing more and flushes. What has no answer after `timeoutMs` (10,000 unless told) is
   * told to `onLost`. Call it when the process gets SIGTERM.
   */
  close(options?: { timeoutMs?: number }): Promise<void>;
}

/** Sends one request's worth of events, with retries. @throws PublishError */
type Send = (events: readonly EncodedEvent[], signal: AbortSignal) => Promise<unknown>;

/** Before a batch that could not be delivered is tried again. */
const PAUSE_MS = 1000;

export function createBuffer<Own extends object>(
  send: Send,
  options: BufferOptions<Own>,
): EventBuffer<Own> {
  const held = new HeldEvents(options.maxEvents ?? 10_000, options.maxBytes ?? 32 * 1024 * 1024);
  const leaving = new AbortController();
  /** Fires to send what is there without waiting for more. */
  let hurry = new AbortController();
  let isClosed = false;
  let isPumping = false;

  /** One request at a time, so that events arrive in their order. */
  async function pump(): Promise<void> {
    while (held.size > 0 && !leaving.signal.aborted) {
      if (fitting(held.all) === held.size) await pause(options.flushAfterMs ?? 50, hurry.signal);
      try {
        await deliver(held.all.slice(0, fitting(held.all)));
      } catch (error) {
        if (!(error instanceof PublishError)) throw error;
        if (leaving.signal.aborted) break;
        options.onBlocked?.(error);
        await pause(Math.max(PAUSE_MS, error.retryAfterMs ?? 0), leaving.signal);
      }
    }
    isPumping = false;
  }

  /** An event that is refused costs itself alone. @throws PublishError when none of them is to blame */
  async function deliver(events: readonly EncodedEvent[]): Promise<void> {
    try {
      await send(events, leaving.signal);
      held.remove(events);
    } catch (error) {
      if (!(error instanceof PublishError) || !isAboutEvents(error)) throw error;
      if (events.length === 1) return lose(events, error);
      const named = namedEvents(error.problem);
      const refused = events.filter((_, index) => named.has(index));
      if (refused.length === 0) {
        const half = events.length >> 1;
        await deliver(events.slice(0, half));
        return deliver(events.slice(half));
      }
      lose(refused, error);
      const others = events.filter((_, index) => !named.has(index));
      if (others.length > 0) await deliver(others);
    }
  }

  function lose(events: readonly EncodedEvent[], error: PublishError): void {
    if (events.length === 0) return;
    try {
      options.onLost(events.map(({ event }) => event) as EventInput<Own>[], error);
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown;
      });
    }
    held.remove(events);
  }

  async function flush(): Promise<void> {
    const before = hurry;
    before.abort();
    await held.drained();
    if (hurry === before && !isClosed) hurry = new AbortController();
  }

  return {
    get size() {
      return held.size;
    },

    async add(event, { signal } = {}) {
      const encoded = encodeEvent({ ...event, timestamp: event.timestamp ?? new Date() });
      for (;;) {
        if (isClosed) throw new PublishError('closed', 'The buffer was closed.');
        if (signal?.aborted) throw aborted(signal.reason);
        if (held.hasRoomFor(encoded)) break;
        if (options.whenFull === 'fail') {
          throw new PublishError('queue_full', `The buffer is full: it holds ${held.size} events.`);
        }
        await held.change(signal);
      }
      held.add(encoded);
      if (isPumping) return;
      isPumping = true;
      void pump();
    },

    flush,

    async close({ timeoutMs = 10_000 } = {}) {
      isClosed = true;
      held.wake();
      const leave = (): void => {
        const words = `The buffer was closed before ${held.size} events were accepted.`;
        lose(held.all, new PublishError('closed', words, { mayBeStored: true }));
        leaving.abort();
      };
      const timer = setTimeout(leave, Math.min(timeoutMs, LONGEST_TIMER_MS));
      await flush();
      clearTimeout(timer);
    },
  };
}

/** The server judged the events themselves: sending them again, as they are, helps nobody. */
function isAboutEvents({ code, status }: PublishError): boolean {
  return code === 'refused' && (status === 409 || status === 413 || status === 422);
}
