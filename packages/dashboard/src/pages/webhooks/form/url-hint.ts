/**
 * What a typed URL lacks, said before the server is asked. The server judges again and knows more
 * (where a name leads to, our own host, what an operator allows), so this never keeps one from
 * saving.
 */
export function urlHint(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || 'https://'.startsWith(trimmed)) return null;
  const url = URL.parse(trimmed);
  if (url === null || url.hostname === '') {
    return 'This is not a URL. Enter one such as https://example.com/webhook.';
  }
  if (url.protocol !== 'https:') return 'The URL must start with https://.';
  if (url.username !== '' || url.password !== '') {
    return 'The URL must not hold a user name or password. Receivers verify the signature instead.';
  }
  if (isPrivate(url.hostname)) {
    return 'The host of the URL leads to a private or reserved address. Use one that is public on the internet.';
  }
  return null;
}

/** Advice about a URL that is fine as such. */
export function urlAdvice(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url?.pathname.includes('/webhook-test/') === true) {
    return 'This looks like n8n’s test URL, which works only while its editor listens. Copy the Production URL.';
  }
  return null;
}

/** The plain cases; the URL parser has brought every spelling of an IPv4 address into one form. */
const PRIVATE =
  /^(?:localhost|.*\.(?:localhost|local|internal)|(?:0|10|127)(?:\.\d+){3}|192\.168(?:\.\d+){2}|169\.254(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[(?:::1?|f[cde][0-9a-f]*:.*)\])$/;

function isPrivate(hostname: string): boolean {
  return PRIVATE.test(hostname);
}
