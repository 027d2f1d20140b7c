import { parseEvent } from './parse-event.ts';
import { signedBytes, type WebhookBody } from './body.ts';
import { WebhookVerificationError } from './error.ts';
import type { SydxEvent } from './events.ts';
import type { WebhookHeaders } from './headers.ts';
import { checkReplayWindow } from './replay-window.ts';
import { readSecrets } from './secret.ts';
import { readSignatures, standardHolds, sydxHolds } from './signatures.ts';

/** How strict verify is. */
export interface VerifyOptions {
  /** How far webhook-timestamp may be from now, in seconds, either way. 300 unless told. */
  toleranceSeconds?: number;
  /**
   * Refuse a request without the webhook-* headers; true unless told. Only they protect against a
   * replay: whoever recorded a delivery could leave them away. Every delivery of Sydx AI has them;
   * false is for receivers behind something that takes them away.
   */
  requireStandard?: boolean;
  /** The present time; the machine's clock unless told. */
  now?: () => Date;
}

/**
 * Checks that a request comes from Sydx AI and gives its event.
 *
 * A delivery is signed twice: X-Sydx-Signature, and webhook-id, webhook-timestamp and
 * webhook-signature as Standard Webhooks 1.0 asks. Whatever is present must hold, both under one
 * secret, compared in constant time; webhook-timestamp must be there and lie within the replay window.
 *
 * @param body the raw body, best, or what a JSON parser made of it
 * @param headers the request's headers
 * @param secret the webhook's secret, `whsec_…`, or several while a new one is being rolled out
 * @throws WebhookVerificationError with a stable `code`; answer 401 and do nothing else
 */
export function verify(
  body: WebhookBody,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyOptions = {},
): SydxEvent {
  const keys = readSecrets(secret);
  const bytes = signedBytes(body);
  const { sydx, standard } = readSignatures(headers, options.requireStandard ?? true);
  const held = keys.some(
    (key) =>
      (sydx === undefined || sydxHolds(sydx, key, bytes)) &&
      (standard === undefined || standardHolds(standard, key, bytes)),
  );
  if (!held) {
    throw new WebhookVerificationError(
      'signature_mismatch',
      'The signature does not match: check that the secret is this webhook’s present one and that the body is the raw one, unchanged.',
    );
  }
  if (standard !== undefined) {
    checkReplayWindow(
      standard.timestamp,
      options.toleranceSeconds ?? 300,
      options.now?.() ?? new Date(),
    );
  }
  return parseEvent(bytes);
}
