import type { Signer } from './signature.ts';

/** What the headers of one attempt are made of. */
export interface SignedAttempt {
  signer: Signer;
  eventType: string;
  /** The event's time, ISO 8601, as it stands in the body. */
  timestamp: string;
  /** Readable ids (`dlv_…`, `evt_…`). */
  deliveryId: string;
  eventId: string;
  /** The attempt's number, from 1. */
  attempt: number;
  /** When this attempt starts, by the database's clock: receivers refuse what is 5 minutes off. */
  unixSeconds: number;
  /** The exact text that is sent. */
  body: string;
}

/**
 * The headers of one attempt, as the product document and Standard Webhooks 1.0 name them.
 *
 * `webhook-id` is the event's id and so the same on every retry and redelivery: receivers drop
 * repeats by it. The transport adds what HTTP itself needs.
 */
export function deliveryHeaders(attempt: SignedAttempt): Record<string, string> {
  const { signer, eventId, unixSeconds, body } = attempt;
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'SydxAI-Webhook/1.0',
    'X-Sydx-Event': attempt.eventType,
    'X-Sydx-Timestamp': attempt.timestamp,
    'X-Sydx-Signature': signer.sydxSignature(body),
    'X-Sydx-Delivery': attempt.deliveryId,
    'X-Sydx-Attempt': String(attempt.attempt),
    'webhook-id': eventId,
    'webhook-timestamp': String(unixSeconds),
    'webhook-signature': signer.standardSignature(eventId, unixSeconds, body),
  };
}
