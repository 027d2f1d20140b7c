import { isUtf8 } from 'node:buffer';
import { type Inbox, type InboxRequest, LIMITS } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import { inboxUrl } from '../../base/inbox-url.ts';
import { maskUrl } from '../../base/mask-url.ts';
import type { InboxRequestRow } from '../../store/inbox-requests.ts';
import type { InboxRow } from '../../store/inboxes.ts';
import { presentVerdicts } from './verdicts.ts';

/** @param showsUrl whether the caller may see where it is: its URL is a credential */
export function presentInbox(row: InboxRow, publicUrl: string, showsUrl: boolean): Inbox {
  const url = inboxUrl(publicUrl, row.token);
  return {
    id: formatId('inb', row.id),
    kind: row.kind,
    url: showsUrl ? url : maskUrl(url),
    answer: { status: row.answer_status, delayMs: row.answer_delay_ms },
    webhookId: row.webhook_id === null ? null : formatId('whk', row.webhook_id),
    requestCount: row.request_count,
    lastNumber: row.last_number,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

/**
 * @param showsSignatures whether the caller may see whole signatures: X-Sydx-Signature can be replayed to
 *   another receiver of the same secret
 */
export function presentInboxRequest(row: InboxRequestRow, showsSignatures: boolean): InboxRequest {
  const isText = isUtf8(row.body);
  const headers = JSON.parse(row.headers) as [string, string][];
  return {
    number: row.number,
    receivedAt: row.received_at.toISOString(),
    method: row.method,
    query: row.query,
    headers: headers.map(([name, value]) => ({
      name,
      value: showsSignatures ? value : cutSignature(name, value),
    })),
    bodyText: isText ? row.body.toString('utf8') : null,
    bodyBase64: isText ? null : row.body.toString('base64'),
    bodyBytes: row.body.length,
    signatures: presentVerdicts(row.sydx_verdict, row.standard_verdict),
    answer: { status: row.answer_status, delayMs: row.answer_delay_ms },
  };
}

/** As the delivery log shows them. */
function cutSignature(name: string, value: string): string {
  const start = { 'x-sydx-signature': 0, 'webhook-signature': 'v1,'.length }[name.toLowerCase()];
  return start === undefined
    ? value
    : `${value.slice(0, start + LIMITS.shownSignatureCharacters)}…`;
}
