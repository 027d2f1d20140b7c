import { hash } from 'node:crypto';
import type { RandomBytes } from '../signing/secrets.ts';

/** A new key: `sydx_` and 32 random bytes as 43 base64url characters. */
export function generateApiKey(randomBytes: RandomBytes): string {
  return `sydx_${Buffer.from(randomBytes(32)).toString('base64url')}`;
}

/**
 * What is stored of a key. A plain SHA-256 is enough, and quick: a key is 256 random bits, so there
 * is nothing to guess, and finding it by its hash leaks no timing of the key itself.
 */
export function hashApiKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** The last 4 characters: enough to tell keys apart in a list. */
export function apiKeyHint(key: string): string {
  return key.slice(-4);
}
