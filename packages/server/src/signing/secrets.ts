import { LIMITS } from '@sydx/contract';

/** Gives `size` unpredictable bytes; `randomBytes` of node:crypto outside tests. */
export type RandomBytes = (size: number) => Uint8Array;

/**
 * A new webhook secret: `whsec_` and 32 random bytes as 64 hex characters.
 *
 * Hex because the two signatures read the secret differently: X-Sydx-Signature takes the string as
 * it stands, Standard Webhooks base64-decodes what follows the prefix. 64 hex characters are plain
 * base64 of 48 bytes without padding; base64url would not be.
 */
export function generateSecret(randomBytes: RandomBytes): string {
  return `whsec_${Buffer.from(randomBytes(32)).toString('hex')}`;
}

/** The last 4 characters: enough to tell secrets apart on a screen, useless for guessing one. */
export function secretHint(secret: string): string {
  return secret.slice(-LIMITS.secretHintCharacters);
}
