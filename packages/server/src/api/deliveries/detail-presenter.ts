import { type Attempt, type DeliveryDetail, LIMITS } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import { maskUrl } from '../../base/mask-url.ts';
import { readDeliveredBody } from '../../exact/index.ts';
import { deliveryHeaders } from '../../signing/headers.ts';
import type { Signer } from '../../signing/signature.ts';
import type { AttemptRow, DeliveryDetailRow } from '../../store/delivery-detail.ts';
import { presentDelivery, presentError } from './presenter.ts';

/** @param showsUrl whether the caller may see where the webhook points: its URL is a credential */
export function presentDeliveryDetail(
  { delivery, body, url, attempts }: DeliveryDetailRow,
  showsUrl: boolean,
): DeliveryDetail {
  const last = attempts.at(-1);
  return {
    ...presentDelivery(delivery),
    payload: body,
    request: {
      url: showsUrl ? url : maskUrl(url),
      headers: last === undefined ? {} : requestHeaders(delivery, body, last),
    },
    attempts: attempts.map(presentAttempt),
  };
}

/**
 * The headers of the last request, made the way they were made then, with signatures cut to the 8
 * characters that are kept. Without the event its own time is unknown.
 */
function requestHeaders(
  delivery: DeliveryDetailRow['delivery'],
  body: string | null,
  attempt: AttemptRow,
): Record<string, string> {
  const headers = deliveryHeaders({
    signer: cutSignatures(attempt.signatures ?? ''),
    eventType: delivery.type,
    timestamp: body === null ? '' : readDeliveredBody(body).timestamp,
    deliveryId: formatId('dlv', delivery.id),
    eventId: formatId('evt', delivery.event_id),
    attempt: attempt.number,
    unixSeconds: Math.floor(attempt.started_at.getTime() / 1000),
    body: '',
  });
  if (body === null) delete headers['X-Sydx-Timestamp'];
  return headers;
}

/** Signs nothing: gives what the log kept of both signatures, side by side. */
function cutSignatures(kept: string): Signer {
  const shown = LIMITS.shownSignatureCharacters;
  return {
    sydxSignature: () => `${kept.slice(0, shown)}…`,
    standardSignature: () => `v1,${kept.slice(shown)}…`,
  };
}

function presentAttempt(attempt: AttemptRow): Attempt {
  return {
    number: attempt.number,
    startedAt: attempt.started_at.toISOString(),
    durationMs: attempt.duration_ms,
    statusCode: attempt.status_code,
    error: presentError(attempt.error),
    response: attempt.status_code === null ? null : presentResponse(attempt),
  };
}

function presentResponse({
  response_headers,
  response_body,
}: AttemptRow): NonNullable<Attempt['response']> {
  const headers = new Map<string, string>();
  for (const [name, value] of JSON.parse(response_headers ?? '[]') as [string, string][]) {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const bytes = response_body ?? new Uint8Array();
  const truncated = bytes.length >= LIMITS.responseBodyBytes;
  // Streaming leaves out a character that the cut went through; other bad bytes become U+FFFD.
  const body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: truncated });
  // A Map, because a receiver may call a header __proto__.
  return { headers: Object.fromEntries(headers), body, truncated };
}
