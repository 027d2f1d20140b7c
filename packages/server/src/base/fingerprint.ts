import { hash } from 'node:crypto';

/**
 * 128 bits that stand for a list of texts: what idempotency keys and marks are stored as. Lengths go
 * in with the parts, so that no part can run into the next. MD5 is enough: every list begins with its
 * owner, so whoever makes two lists collide fools himself alone.
 *
 * @returns 32 hex digits
 */
export function fingerprint(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return hash('md5', text, 'hex');
}

/** What a producer's idempotency key is stored as. */
export function idempotencyKeyMark(tenantNo: number, idempotencyKey: string): string {
  return fingerprint(String(tenantNo), 'key', idempotencyKey);
}

/** Marks a WhatsApp message as announced by `message.sent`, whoever said so first. */
export function sentMessageMark(tenantNo: number, messageId: string): string {
  return fingerprint(String(tenantNo), 'message.sent', messageId);
}
