import { LIMITS, TEST_EVENT_TYPE } from '@sydx/contract';
import type { Clock } from '../base/clock.ts';
import { deliveryHeaders } from '../signing/headers.ts';
import type { AttemptRecord } from '../store/record-outcomes.ts';
import { type Job, publicDeliveryId, publicEventId, timestampOf } from './job.ts';
import type { AttemptResult, Transport } from './ports.ts';
import type { WebhookSettings } from './webhook-book.ts';

/** What came of the turn of a delivery. */
export type Sent =
  | {
      kind: 'sent';
      startedAtMs: number;
      signatures: string;
      result: AttemptResult;
      /** Monotonic. */
      endedAt: number;
    }
  | { kind: 'cancelled'; error: 'webhook_deleted' | 'webhook_disabled' }
  | { kind: 'unsent' };

const SHOWN = LIMITS.shownSignatureCharacters;

const UNSIGNABLE: AttemptResult = {
  durationMs: 0,
  statusCode: null,
  error: 'secret_unreadable',
  responseHeaders: null,
  responseBody: null,
  retryAfter: null,
};

/** One attempt, signed and sent, or the reason why none is made. Never rejects. */
export async function attempt(
  job: Job,
  webhook: WebhookSettings,
  { clock, transport }: { clock: Clock; transport: Transport },
): Promise<Sent> {
  if (webhook.deleted) return { kind: 'cancelled', error: 'webhook_deleted' };
  if (!webhook.enabled && job.type !== TEST_EVENT_TYPE) {
    return { kind: 'cancelled', error: 'webhook_disabled' };
  }
  const startedAtMs = clock.now();
  if (webhook.signer === null) {
    const endedAt = clock.monotonic();
    return { kind: 'sent', startedAtMs, signatures: '', result: UNSIGNABLE, endedAt };
  }
  const headers = deliveryHeaders({
    signer: webhook.signer,
    eventType: job.type,
    timestamp: timestampOf(job),
    deliveryId: publicDeliveryId(job),
    eventId: publicEventId(job),
    attempt: job.attempt,
    unixSeconds: Math.floor(startedAtMs / 1_000),
    body: job.body,
  });
  const result = await transport.send({ url: webhook.url, headers, body: job.body });
  return {
    kind: 'sent',
    startedAtMs,
    // 'v1,' says nothing; the log keeps the beginning of each.
    signatures:
      (headers['X-Sydx-Signature'] ?? '').slice(0, SHOWN) +
      (headers['webhook-signature'] ?? '').slice('v1,'.length, 'v1,'.length + SHOWN),
    result,
    endedAt: clock.monotonic(),
  };
}

/** What the log keeps of an attempt. */
export function recordOf(sent: Sent & { kind: 'sent' }): AttemptRecord {
  const { result } = sent;
  return {
    startedAtMs: sent.startedAtMs,
    durationMs: result.durationMs,
    statusCode: result.statusCode,
    error: result.error,
    signatures: sent.signatures,
    responseHeaders:
      result.responseHeaders === null ? null : JSON.stringify(result.responseHeaders),
    responseBody:
      result.responseBody === null || result.responseBody.length === 0 ? null : result.responseBody,
  };
}

/** Whether fewer requests at once may help: no answer, or an answer that says "too much". */
export function isStruggling(result: AttemptResult): boolean {
  return result.statusCode === null || result.statusCode === 429 || result.statusCode >= 500;
}
