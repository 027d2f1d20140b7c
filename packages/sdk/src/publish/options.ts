import { PublishError } from './error.ts';

export interface PublisherOptions {
  /** Where the product runs, `https://webhooks.example.com`. */
  baseUrl: string | undefined;
  /** A key with the scope `events:write`. */
  apiKey: string | undefined;
  /** How long one request may take, in ms. 10,000 unless told. */
  timeoutMs?: number;
  /** How long a call goes on trying, from its first request on, in ms. 30,000 unless told; Infinity is for ever. */
  giveUpAfterMs?: number;
  /** Requests that may be under way at once. 16 unless told. */
  maxConcurrent?: number;
  /**
   * Calls that may wait for one of these. 10,000 unless told; one more is refused as `queue_full`.
   * With Infinity callers wait however many they are.
   */
  maxWaiting?: number;
  /** Told before each retry: to log or to count. */
  onRetry?: (retry: Retry) => void;
  /** Instead of the global fetch, for a proxy or a certificate authority of your own. */
  fetch?: typeof globalThis.fetch;
}

/** A request that failed and will be sent again. */
export interface Retry {
  /** 1 for the first retry. */
  readonly number: number;
  /** How long it waits before it, in ms. */
  readonly delayMs: number;
  /** What the request before it came to. */
  readonly error: PublishError;
}

/** Options with nothing left open. */
export interface Settings {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly giveUpAfterMs: number;
  readonly maxConcurrent: number;
  readonly maxWaiting: number;
  readonly onRetry: ((retry: Retry) => void) | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** @throws PublishError `options_invalid`; the message never holds the key */
export function readOptions(options: PublisherOptions): Settings {
  const { apiKey } = options;
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw invalid('apiKey must be an API key, copied whole. Is the environment variable set?');
  }
  return {
    url: eventsUrl(options.baseUrl),
    apiKey,
    timeoutMs: positive('timeoutMs', options.timeoutMs ?? 10_000),
    giveUpAfterMs: positive('giveUpAfterMs', options.giveUpAfterMs ?? 30_000),
    maxConcurrent: positive('maxConcurrent', options.maxConcurrent ?? 16),
    maxWaiting: atLeastZero('maxWaiting', options.maxWaiting ?? 10_000),
    onRetry: options.onRetry,
    fetch: options.fetch ?? globalThis.fetch,
  };
}

function eventsUrl(baseUrl: string | undefined): string {
  let url: URL;
  try {
    url = new URL('v1/events', `${baseUrl}`.replace(/\/*$/, '/'));
  } catch {
    throw invalid(`baseUrl must be a URL such as https://webhooks.example.com, not ${baseUrl}.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`baseUrl must begin with https://, not ${url.protocol}//.`);
  }
  // fetch refuses these, with a message that holds them.
  if (url.username !== '' || url.password !== '') {
    throw invalid('baseUrl must not hold a user name or a password.');
  }
  return url.href;
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw invalid(`${name} must be more than 0, not ${value}.`);
}

function atLeastZero(name: string, value: number): number {
  if (value >= 0) return value;
  throw invalid(`${name} must be 0 or more, not ${value}.`);
}

function invalid(message: string): PublishError {
  return new PublishError('options_invalid', message);
}
