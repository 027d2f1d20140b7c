import type { EncodedEvent } from './encode.ts';
import { detailsOf, PublishError } from './error.ts';
import { aborted } from './gate.ts';
import type { Settings } from './options.ts';
import { pause } from './pause.ts';
import { request } from './request.ts';

/** Backing off: 100 ms, then twice as long each time, up to 5 s; half of it by chance. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Sends events in one request, all or nothing, again and again while that may help: the same bytes
 * with the same idempotency keys, so that what was stored without an answer is not stored twice.
 *
 * @param events at least one; more must fit into one request
 * @returns their ids, in their order
 * @throws PublishError
 */
export async function send(
  settings: Settings,
  events: readonly EncodedEvent[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const [first] = events;
  const body =
    events.length === 1 && first !== undefined
      ? first.text
      : `{"events":[${events.map(({ text }) => text).join(',')}]}`;
  const untilMs = performance.now() + settings.giveUpAfterMs;
  let mayBeStored = false;
  for (let tries = 1; ; tries += 1) {
    if (signal?.aborted) throw aborted(signal.reason, mayBeStored);
    const leftMs = untilMs - performance.now();
    const timeoutMs = Math.max(1, Math.min(settings.timeoutMs, leftMs));
    const outcome = await request(settings, body, events.length, timeoutMs, signal);
    if ('ids' in outcome) return outcome.ids;
    const { error } = outcome;
    mayBeStored ||= error.mayBeStored;
    if (signal?.aborted) throw aborted(signal.reason, mayBeStored);
    if (!outcome.isWorthRetrying) throw withDoubt(error, mayBeStored);
    const delayMs = Math.max(backOffMs(tries), error.retryAfterMs ?? 0);
    if (performance.now() + delayMs >= untilMs) throw withDoubt(error, mayBeStored);
    settings.onRetry?.({ number: tries, delayMs, error });
    await pause(delayMs, signal);
  }
}

function backOffMs(tries: number): number {
  const fullMs = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS);
  return fullMs / 2 + (Math.random() * fullMs) / 2;
}

/** The last answer may be a plain 503; an earlier try that got none leaves its doubt. */
function withDoubt(error: PublishError, mayBeStored: boolean): PublishError {
  if (error.mayBeStored || !mayBeStored) return error;
  return new PublishError(error.code, error.message, {
    ...detailsOf(error),
    mayBeStored,
  });
}
