import { ANY_ORIGIN, NO_ORIGIN, OPAQUE_ORIGIN } from '@sydx/contract';

const WORDS: readonly string[] = [ANY_ORIGIN, NO_ORIGIN, OPAQUE_ORIGIN];

/**
 * The origins that somebody typed or pasted: of a page's address its origin, of a bare host the https
 * one. What cannot be one stays as it is, for the form to say so.
 */
export function originsOf(entries: readonly string[]): string[] {
  const texts = entries.flatMap((entry) => entry.split(/[\s,;]+/)).filter((text) => text !== '');
  return [...new Set(texts.map((text) => originOf(text) ?? text))];
}

export function isOrigin(text: string): boolean {
  return originOf(text) === text;
}

function originOf(text: string): string | null {
  if (WORDS.includes(text)) return text;
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && !url.host.includes('*');
  return isWeb ? url.origin : null;
}
