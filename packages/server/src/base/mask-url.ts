/** A path shorter than this is hidden whole: its last characters would be most of it. */
const MIN_HINTED_LENGTH = 20;

/**
 * Makes a webhook's URL fit for a log line: `https://hooks.zapier.com/…abcd`. The path and query of
 * such a URL are a password; the last four characters of a long path tell two of them apart, as a
 * secret's hint does. User info and query never show. What is no URL gives `(not a URL)`.
 */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '') return '(not a URL)';
  const origin = `${url.protocol}//${url.host}`;
  if (url.pathname === '/' && url.search === '') return `${origin}/`;
  const hint = url.pathname.length >= MIN_HINTED_LENGTH ? url.pathname.slice(-4) : '';
  return `${origin}/…${hint}`;
}
