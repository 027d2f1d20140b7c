import { attemptErrorForStatus, type AttemptErrorCode } from '@sydx/contract';
import type { Dispatcher } from 'undici';
import type { AttemptResult } from '../engine/ports.ts';
import type { DeadlineQueue, Expirable } from './deadlines.ts';
import { failureCode } from './failure.ts';

/** What every attempt of a transport shares. */
export interface AttemptParts {
  readonly nowMs: () => number;
  readonly deadlines: DeadlineQueue;
  /** Runs from the status line on: how long the body may hold up a result already decided. */
  readonly bodyDeadlines: DeadlineQueue;
  readonly responseBodyLimitBytes: number;
}

/** Interim answers (1xx) read before the receiver is taken for hostile. */
const MAX_INTERIM = 32;

const STOP = new Error('the attempt is over');
const EMPTY = Buffer.alloc(0);

/**
 * One request and what comes back: undici calls it as the answer arrives, the deadline calls it
 * when time is up, and whoever comes first settles it, once.
 *
 * waiting → (status and headers) answered → (body ended, full, late or cut) settled
 *         → (failure or deadline) settled
 */
export class Attempt implements Dispatcher.DispatchHandler, Expirable {
  readonly #parts: AttemptParts;
  /** Hears the outcome, once. Set before the attempt is sent. */
  onSettled: ((result: AttemptResult) => void) | null = null;
  readonly #startedAtMs: number;
  #controller: Dispatcher.DispatchController | null = null;
  #isSettled = false;
  #interimCount = 0;
  #answeredAtMs = 0;
  #statusCode: number | null = null;
  #headers: [string, string][] | null = null;
  #retryAfter: string | null = null;
  #body: Buffer = EMPTY;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.nowMs();
    parts.deadlines.add(this);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Time ran out while the connection was being made.
    if (this.#isSettled) controller.abort(STOP);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (statusCode >= 100 && statusCode < 200) {
      this.#interimCount += 1;
      if (this.#interimCount > MAX_INTERIM) this.fail('status_1xx');
      return;
    }
    this.#statusCode = statusCode;
    this.#answeredAtMs = this.#parts.nowMs();
    this.#headers = listHeaders(headers);
    const retryAfter = headers['retry-after'];
    // Sent more than once it says nothing: nobody can tell which was meant.
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : null;
    if (statusCode < 100) this.#finish();
    else this.#parts.bodyDeadlines.add(this);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#parts.responseBodyLimitBytes - this.#body.length;
    // Copied, since the chunk is a view that keeps the whole 64 KiB read alive.
    const part = chunk.subarray(0, room);
    this.#body = this.#body.length === 0 ? Buffer.from(part) : Buffer.concat([this.#body, part]);
    if (chunk.length > room) this.#finish();
  }

  onResponseEnd(): void {
    this.#settle(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(failureCode(error));
  }

  onDeadline(): void {
    this.fail('timeout');
  }

  /** Ends the attempt with this code, unless its status already decided the outcome. */
  fail(code: AttemptErrorCode): void {
    this.#settle(code);
    this.#controller?.abort(STOP);
  }

  /** The outcome is known and the rest of the answer is not wanted: drop the connection. */
  #finish(): void {
    this.#settle(null);
    this.#controller?.abort(STOP);
  }

  #settle(failure: AttemptErrorCode | null): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#parts.deadlines.delete(this);
    const status = this.#statusCode;
    if (status !== null) this.#parts.bodyDeadlines.delete(this);
    const endedAtMs = status === null ? this.#parts.nowMs() : this.#answeredAtMs;
    this.onSettled?.({
      durationMs: endedAtMs - this.#startedAtMs,
      statusCode: status,
      error: status === null ? (failure ?? 'internal') : attemptErrorForStatus(status),
      responseHeaders: this.#headers,
      responseBody: status === null ? null : this.#body,
      retryAfter: this.#retryAfter,
    });
  }
}

function listHeaders(headers: Record<string, string | string[] | undefined>): [string, string][] {
  const list: [string, string][] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === 'string') list.push([name, value]);
    else for (const one of value ?? []) list.push([name, one]);
  }
  return list;
}
