import type { EventInput } from './event-input.ts';
import type { ProblemDocument } from './problem.ts';

/**
 * - `options_invalid` createPublisher was given something that cannot work
 * - `event_invalid` an event that JSON cannot hold exactly; nothing was sent
 * - `refused` the server said no and would say so again: `problem` tells why, nothing was stored
 * - `unavailable` the server kept answering 429 or 5xx until the time was over
 * - `no_answer` the last request got no answer: not reached, reset, or too slow
 * - `unexpected_answer` something answered that is not this API: is `baseUrl` right?
 * - `queue_full` too many calls wait already; nothing was sent
 * - `aborted` the caller's signal; its reason is the `cause`
 * - `closed` the publisher or the buffer was closed
 */
export type PublishErrorCode =
  | 'options_invalid'
  | 'event_invalid'
  | 'refused'
  | 'unavailable'
  | 'no_answer'
  | 'unexpected_answer'
  | 'queue_full'
  | 'aborted'
  | 'closed';

export interface PublishErrorDetails {
  /** The last answer's HTTP status. */
  status?: number | undefined;
  /** The last answer's problem document (RFC 9457). */
  problem?: ProblemDocument | undefined;
  /** How long the server asked to wait, in ms. */
  retryAfterMs?: number | undefined;
  /** A request may have been stored although no answer said so. */
  mayBeStored?: boolean | undefined;
  /** What was not accepted, with the idempotency keys that it was sent under. */
  events?: readonly EventInput[] | undefined;
  cause?: unknown;
}

/** An event was not accepted, or nobody knows. `code` is stable; `message` tells a developer what to look at. */
export class PublishError extends Error {
  override readonly name: string = 'PublishError';
  readonly code: PublishErrorCode;
  /** The last answer's HTTP status; undefined when there was none. */
  readonly status: number | undefined;
  /** The last answer's problem document: what is wrong, with a pointer for each bad field. */
  readonly problem: ProblemDocument | undefined;
  /** How long the server asked to wait, in ms. */
  readonly retryAfterMs: number | undefined;
  /**
   * True when a request got no answer: the event may be stored. Publish it again with the same
   * idempotency key, and it is there once.
   */
  readonly mayBeStored: boolean;
  /** Private, so that whoever logs the error logs no customer's data. */
  readonly #events: readonly EventInput[];

  constructor(code: PublishErrorCode, message: string, details: PublishErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.problem = details.problem;
    this.retryAfterMs = details.retryAfterMs;
    this.mayBeStored = details.mayBeStored ?? false;
    this.#events = details.events ?? [];
  }

  /**
   * What was not accepted, each event with the idempotency key that it was sent under: publishing them
   * again as they are doubles nothing.
   */
  get events(): readonly EventInput[] {
    return this.#events;
  }
}

/** What an error says beside its code and words, for one that says more. */
export function detailsOf(error: PublishError): PublishErrorDetails {
  const { status, problem, retryAfterMs, mayBeStored, events, cause } = error;
  return { status, problem, retryAfterMs, mayBeStored, events, cause };
}

/** A batch was not accepted as a whole. A large one goes out in parts, each all or nothing. */
export class PublishBatchError extends PublishError {
  override readonly name = 'PublishBatchError';
  /** One for each event of the batch, in its order: the id, or null when it was not accepted. */
  readonly ids: readonly (string | null)[];

  constructor(error: PublishError, ids: readonly (string | null)[]) {
    super(error.code, error.message, detailsOf(error));
    this.ids = ids;
  }
}
