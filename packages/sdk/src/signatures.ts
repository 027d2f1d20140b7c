import { createHmac, timingSafeEqual } from 'node:crypto';
import { WebhookVerificationError } from './error.ts';
import { readHeader, type WebhookHeaders } from './headers.ts';
import type { Keys } from './secret.ts';

/** The webhook-* headers of one request. */
export interface StandardSignature {
  id: string;
  timestamp: string;
  /** `v1,…`, several with spaces between. */
  signature: string;
}

/** Finds the signatures of a request. @throws WebhookVerificationError `headers_missing` */
export function readSignatures(
  headers: WebhookHeaders,
  requireStandard: boolean,
): { sydx: string | undefined; standard: StandardSignature | undefined } {
  const sydx = readHeader(headers, 'x-sydx-signature');
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signature = readHeader(headers, 'webhook-signature');
  if (id && timestamp && signature) return { sydx, standard: { id, timestamp, signature } };
  if (id || timestamp || signature || requireStandard) {
    throw missing('webhook-id, webhook-timestamp and webhook-signature must all be there.');
  }
  if (!sydx) throw missing('The request has neither X-Sydx-Signature nor webhook-signature.');
  return { sydx, standard: undefined };
}

/** X-Sydx-Signature: lower-case hex HMAC-SHA256 of the body's bytes. */
export function sydxHolds(signature: string, keys: Keys, body: Uint8Array): boolean {
  return equal(signature, createHmac('sha256', keys.sydx).update(body).digest('hex'));
}

/** Standard Webhooks 1.0: base64 HMAC-SHA256 of `id.timestamp.body`; one that matches is enough. */
export function standardHolds(given: StandardSignature, keys: Keys, body: Uint8Array): boolean {
  const expected = createHmac('sha256', keys.standard)
    .update(`${given.id}.${given.timestamp}.`)
    .update(body)
    .digest('base64');
  return given.signature.split(' ').some((candidate) => equal(candidate, `v1,${expected}`));
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function missing(message: string): WebhookVerificationError {
  return new WebhookVerificationError('headers_missing', message);
}
