/** Where an inbox is on every node, whatever stands before it. */
export const INBOX_PATH = '/inbox/';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of an inbox's token: 32 bytes as base64url. */
export function isInboxToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Where an inbox is reached. @param publicUrl without a trailing slash */
export function inboxUrl(publicUrl: string, token: string): string {
  return new URL(`${publicUrl}${INBOX_PATH}${token}`).href;
}
