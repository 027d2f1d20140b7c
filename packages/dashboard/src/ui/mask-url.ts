/** A path shorter than this is hidden whole: its last characters would be most of it. */
const MIN_HINTED_LENGTH = 20;

/**
 * A webhook's URL for a list that others may look at: `https://hooks.zapier.com/…abcd`. Its path and
 * query are a password; four characters of a long one tell two of them apart, as the server's logs do.
 */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '') return text;
  const origin = `${url.protocol}//${url.host}`;
  if (url.pathname === '/' && url.search === '') return `${origin}/`;
  const hint = url.pathname.length >= MIN_HINTED_LENGTH ? url.pathname.slice(-4) : '';
  return `${origin}/…${hint}`;
}
