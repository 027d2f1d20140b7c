import { createHmac } from 'node:crypto';
import type { Signed } from './journal.ts';

/**
 * Whether both signatures are of this secret, computed from the product document and from Standard
 * Webhooks 1.0 and not by the product's own code.
 */
export function isSignedWith(
  secret: string,
  { body, hex, standard, id, signedAt }: Signed,
): boolean {
  if (createHmac('sha256', secret).update(body).digest('hex') !== hex) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${signedAt}.${body}`).digest('base64');
  return standard === `v1,${mac}`;
}

/** @returns the newest of the secrets that made both signatures, or null */
export function secretOf(secrets: readonly string[], signed: Signed): number | null {
  const index = secrets.findLastIndex((secret) => isSignedWith(secret, signed));
  return index < 0 ? null : index;
}
