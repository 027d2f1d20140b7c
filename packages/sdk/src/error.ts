/**
 * - `secret_invalid` the secret handed to verify is not a `whsec_…` string
 * - `headers_missing` the request carries no signature, or only part of a Standard Webhooks one
 * - `signature_mismatch` the body, the headers or the secret are not those that were signed
 * - `timestamp_invalid` webhook-timestamp is not a number of seconds
 * - `timestamp_too_old`, `timestamp_too_new` webhook-timestamp lies outside the replay window
 * - `body_invalid` there is no body, or it is signed but not a Sydx AI event
 */
export type WebhookVerificationErrorCode =
  | 'secret_invalid'
  | 'headers_missing'
  | 'signature_mismatch'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'body_invalid';

/** A delivery was refused. `code` is stable; `message` tells a developer what to look at. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly code: WebhookVerificationErrorCode;

  constructor(code: WebhookVerificationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
