import { fitting, inBatch } from './batch.ts';
import { type BufferOptions, createBuffer, type EventBuffer } from './buffer.ts';
import { encodeEvent, type EncodedEvent } from './encode.ts';
import { detailsOf, PublishBatchError, PublishError } from './error.ts';
import type { EventInput } from './event-input.ts';
import { Gate } from './gate.ts';
import { type PublisherOptions, readOptions } from './options.ts';
import { send } from './send.ts';

/** What may be said of one call. */
export interface CallOptions {
  /** Ends the waiting. The event may be stored all the same when its request was under way. */
  signal?: AbortSignal;
}

/** Publishes events of one CRM over the API. */
export interface Publisher<Own extends object = object> {
  /**
   * Publishes one event. Resolves once it is committed to disk on the server (202), never before.
   *
   * @returns its id
   * @throws PublishError
   */
  publish(event: EventInput<Own>, options?: CallOptions): Promise<{ id: string }>;
  /**
   * Publishes events in their order. Up to 1,000 of them and 8 MiB are one request, all or nothing; more
   * go out in parts, one after the other, and stop at the first part that fails.
   *
   * @returns their ids, in their order
   * @throws PublishBatchError whose `ids` say which were accepted and whose `events` were not; PublishError
   *   `event_invalid` or `closed` when nothing was sent
   */
  publishBatch(
    events: readonly EventInput<Own>[],
    options?: CallOptions,
  ): Promise<{ ids: string[] }>;
  /** A buffer in memory: quick, and lost with the process. None is used unless you ask for one. */
  buffer(options: BufferOptions<Own>): EventBuffer<Own>;
  /** Takes nothing more, and resolves when every call under way has ended. */
  close(): Promise<void>;
}

/**
 * Makes a publisher; one for the whole program is enough.
 *
 * Nothing is buffered: `publish` resolves when the server answered 202. Requests that fail by the
 * network, with 408, 429 or 5xx are repeated with the same idempotency key, which the publisher
 * makes up when you give none; so a retry never doubles an event.
 *
 * @throws PublishError `options_invalid`
 */
export function createPublisher<Own extends object = object>(
  options: PublisherOptions,
): Publisher<Own> {
  const settings = readOptions(options);
  const gate = new Gate(settings.maxConcurrent, settings.maxWaiting);
  let isClosed = false;

  function checkOpen(): void {
    if (isClosed) throw new PublishError('closed', 'The publisher was closed.');
  }

  return {
    async publish(event, { signal } = {}) {
      checkOpen();
      const encoded = [encodeEvent(event)];
      try {
        const [id = ''] = await gate.pass(() => send(settings, encoded, signal), signal);
        return { id };
      } catch (error) {
        throw error instanceof PublishError ? withEvents(error, encoded) : error;
      }
    },

    async publishBatch(events, { signal } = {}) {
      checkOpen();
      const encoded = events.map(encodeEvent);
      const ids: string[] = [];
      async function sendParts(): Promise<void> {
        while (ids.length < encoded.length) {
          const part = encoded.slice(ids.length, ids.length + fitting(encoded, ids.length));
          try {
            ids.push(...(await send(settings, part, signal)));
          } catch (error) {
            throw error instanceof PublishError ? inBatch(error, ids.length, part.length) : error;
          }
        }
      }
      try {
        await gate.pass(sendParts, signal);
        return { ids };
      } catch (error) {
        if (!(error instanceof PublishError)) throw error;
        const left = withEvents(error, encoded.slice(ids.length));
        throw new PublishBatchError(left, [...ids, ...left.events.map(() => null)]);
      }
    },

    buffer(bufferOptions) {
      checkOpen();
      return createBuffer<Own>(
        (events, signal) => gate.pass(() => send(settings, events, signal), signal, 'always'),
        bufferOptions,
      );
    },

    async close() {
      isClosed = true;
      await gate.empty();
    },
  };
}

function withEvents(error: PublishError, encoded: readonly EncodedEvent[]): PublishError {
  const events = encoded.map(({ event }) => event as EventInput);
  return new PublishError(error.code, error.message, { ...detailsOf(error), events });
}
