/**
 * What the engine needs from outside and gets handed by app.ts: types only, so that the engine
 * knows no HTTP library and the rooms beside it know only these shapes.
 */

/**
 * One request, ready to go: a delivery's signed POST, or a GET of what a source fetches. The transport
 * adds Host, Content-Length and Accept-Encoding.
 */
export interface OutgoingRequest {
  /** The webhook's URL as it was stored: normalised, no user info, no fragment. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** POST when left out. */
  readonly method?: 'GET' | 'POST';
  /** Not sent with GET. */
  readonly body: string | Buffer;
}

/** What became of one request. Everything in it is the receiver's word, untrusted. */
export interface AttemptResult {
  /** Milliseconds by a monotonic clock from the call until the outcome was decided. */
  readonly durationMs: number;
  /** Null when no status line arrived in time. */
  readonly statusCode: number | null;
  /** A code of the contract's ATTEMPT_ERRORS; null exactly when a 2xx arrived in time. */
  readonly error: string | null;
  /** Names in lower case, values as latin1, in the order received. Null without a status line. */
  readonly responseHeaders: [string, string][] | null;
  /** The first bytes of the body, raw: it may hold NUL and invalid UTF-8. Null without a status line. */
  readonly responseBody: Buffer | null;
  /** The raw Retry-After header; null too when it was sent more than once. */
  readonly retryAfter: string | null;
}

/** Sends requests to receivers, each within one absolute deadline. */
export interface Transport {
  /** Never rejects: whatever happens is told by the result. */
  send(request: OutgoingRequest): Promise<AttemptResult>;
  /** Ends what is still under way (each result says so) and closes every socket. */
  close(): Promise<void>;
}
