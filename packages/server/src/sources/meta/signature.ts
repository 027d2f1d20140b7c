import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER = /^sha256=([0-9a-f]{64})$/i;

/**
 * Whether Meta signed these bytes: `X-Hub-Signature-256` is `sha256=` and the hex HMAC-SHA256 of
 * the body as it came, keyed with the app's secret. Compared in constant time. Never throws: a
 * header that is missing, repeated or garbage is simply not Meta's.
 */
export function isSignedByMeta(rawBody: Uint8Array, header: unknown, appSecret: string): boolean {
  // An empty secret is a secret that everybody knows.
  if (typeof header !== 'string' || appSecret === '') return false;
  const given = HEADER.exec(header)?.[1];
  if (given === undefined) return false;
  const expected = createHmac('sha256', appSecret).update(rawBody).digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), expected);
}
