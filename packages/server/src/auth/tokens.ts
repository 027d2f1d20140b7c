import { hash } from 'node:crypto';
import type { RandomBytes } from '../signing/secrets.ts';

/** How a portal's bearer token begins, so that it is told from an API key. */
const PORTAL_PREFIX = 'sydxp_';

/** 32 random bytes as 43 base64url characters: a session's cookie, a one-time link's fragment, an inbox's path. */
export function generateToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('base64url');
}

export function generatePortalToken(randomBytes: RandomBytes): string {
  return `${PORTAL_PREFIX}${generateToken(randomBytes)}`;
}

export function isPortalToken(token: string): boolean {
  return token.startsWith(PORTAL_PREFIX);
}

/** What is stored of a token. As with API keys, SHA-256 is enough for 256 random bits. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
