import { createHmac, timingSafeEqual } from 'node:crypto';

/** The product document's own check (“How to Verify”), as its readers run it. */
export function verifyWebhookSignature(payload: unknown, signature: string, secret: string) {
  const expected = createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex');
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}
