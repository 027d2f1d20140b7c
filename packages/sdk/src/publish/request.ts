import { PublishError } from './error.ts';
import type { Settings } from './options.ts';
import { LONGEST_TIMER_MS } from './pause.ts';
import { parseJson, readProblem, sentence } from './problem.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** What one request came to. */
export type Outcome =
  | { readonly ids: readonly string[] }
  | { readonly error: PublishError; readonly isWorthRetrying: boolean };

/**
 * Sends one request and reads its answer; whatever the network does ends as an outcome.
 *
 * @param body one event, or a batch, as JSON
 * @param count how many events are in it
 * @param timeoutMs for the whole answer
 */
export async function request(
  settings: Settings,
  body: string,
  count: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Outcome> {
  // Not AbortSignal.any: Node 20.0 lacks it, and a signal of the caller may live for long.
  const ending = new AbortController();
  const end = (): void => ending.abort(signal?.reason);
  signal?.addEventListener('abort', end, { once: true });
  const late = (): void => ending.abort(new Error(`No answer in ${Math.round(timeoutMs)} ms.`));
  const timer = setTimeout(late, Math.min(timeoutMs, LONGEST_TIMER_MS));
  try {
    const response = await settings.fetch(settings.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${settings.apiKey}`,
        'content-type': 'application/json',
        'user-agent': 'sydx-sdk',
      },
      body,
      // A redirect would take the key elsewhere, or turn the POST into a GET.
      redirect: 'manual',
      signal: ending.signal,
    });
    return readAnswer(response.status, response.headers, await response.text(), count);
  } catch (error) {
    return { error: noAnswer(error), isWorthRetrying: true };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function readAnswer(status: number, headers: Headers, text: string, count: number): Outcome {
  if (status === 202) {
    const ids = readIds(text, count);
    if (ids !== undefined) return { ids };
  }
  const problem = readProblem(text);
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = readRetryAfterMs(headers.get('retry-after'), Date.now());
    const message = `The server answered ${status}. ${problem ? sentence(problem) : ''}`.trim();
    // These three did no work. 502 and 504 are a proxy's, and what is behind it may have; so may a 500.
    const mayBeStored = ![408, 429, 503].includes(status);
    const details = { status, problem, retryAfterMs, mayBeStored };
    return { error: new PublishError('unavailable', message, details), isWorthRetrying: true };
  }
  if (status < 400) {
    const message = `${status} is not an answer of this API: baseUrl must be the address of the product itself.`;
    const error = new PublishError('unexpected_answer', message, { status, mayBeStored: true });
    return { error, isWorthRetrying: false };
  }
  const message = problem ? sentence(problem) : `The server answered ${status}.`;
  return {
    error: new PublishError('refused', message, { status, problem }),
    isWorthRetrying: false,
  };
}

/** `{id}` of one event or `{ids}` of a batch. */
function readIds(text: string, count: number): readonly string[] | undefined {
  const answer = parseJson(text) as { id?: unknown; ids?: unknown } | null | undefined;
  const ids: unknown = answer?.ids ?? [answer?.id];
  if (!Array.isArray(ids) || ids.length !== count) return undefined;
  return ids.every((id): id is string => typeof id === 'string') ? ids : undefined;
}

/** No connection came about: the request cannot have been stored. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function noAnswer(error: unknown): PublishError {
  // fetch says "fetch failed" and keeps what happened as the cause.
  const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  const mayBeStored = !(typeof code === 'string' && NOT_REACHED.has(code));
  const words = cause instanceof Error && cause.message !== '' ? cause.message : String(code);
  return new PublishError('no_answer', `The server did not answer: ${words}`, {
    cause: error,
    mayBeStored,
  });
}
