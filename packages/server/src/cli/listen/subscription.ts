import type { CreatedInbox, InboxRequest } from '@sydx/contract';
import type { ApiClient } from '../api-client.ts';
import { CommandError, NotFoundError, ServerAwayError } from '../errors.ts';
import { readEventStream } from './event-stream.ts';

/** A heartbeat comes every 15 s: after this the connection is dead and nobody said so. */
const SILENCE_MS = 40_000;

/** A `listen` inbox with its webhook, both for as long as they are read. */
export class Subscription {
  readonly inbox: CreatedInbox;
  readonly #api: ApiClient;

  private constructor(api: ApiClient, inbox: CreatedInbox) {
    this.#api = api;
    this.inbox = inbox;
  }

  static async make(
    api: ApiClient,
    webhook: { name: string; events: readonly string[] },
  ): Promise<Subscription> {
    return new Subscription(
      api,
      await api.post<CreatedInbox>('/v1/inboxes', { kind: 'listen', webhook }),
    );
  }

  /**
   * Reads one stream to its end, which the server makes every minute or so.
   *
   * @param after all up to this number were read
   * @param onOpen told once the server has begun to answer
   * @throws ServerAwayError when it broke off, CommandError when the subscription is gone
   */
  async *requests(
    after: number,
    leaving: AbortSignal,
    onOpen: () => void,
  ): AsyncGenerator<InboxRequest> {
    const path = `/v1/inboxes/${this.inbox.id}/requests/stream`;
    const silence = new AbortController();
    const signal = AbortSignal.any([leaving, silence.signal]);
    const chunks = await this.#api
      .stream(path, { 'last-event-id': String(after) }, signal)
      .catch((error: unknown) => {
        throw error instanceof NotFoundError ? new GoneError() : error;
      });
    onOpen();
    for await (const { event, data } of readEventStream(watched(chunks, silence))) {
      if (event === 'gone') throw new GoneError();
      if (event === 'request') yield JSON.parse(data) as InboxRequest;
    }
  }

  /** Removes both. @returns why that was left to the server, or null */
  async end(): Promise<string | null> {
    try {
      await this.#api.delete(`/v1/inboxes/${this.inbox.id}`);
      return null;
    } catch (error) {
      if (error instanceof CommandError) return error.message;
      throw error;
    }
  }
}

/** Ends what says nothing for too long. Time in which nobody asks for more is not counted. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  silence: AbortController,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (cause) {
    const reason = silence.signal.aborted ? 'it was silent for 40 s' : String(cause);
    throw new ServerAwayError(`The connection to the server broke off (${reason}).`, { cause });
  } finally {
    await iterator.return?.().catch(() => undefined);
  }
}

export class GoneError extends CommandError {
  constructor() {
    super(
      'The server has removed the subscription: nobody was connected for 2 minutes, or somebody ' +
        'deleted it. Start again; what happened meanwhile is in npx sydx deliveries list.',
    );
  }
}
