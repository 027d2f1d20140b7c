import type { AttemptErrorView } from '@sydx/contract';

/** What stands where no response code came, as the product document writes “Timeout”. */
const WORDS: readonly (readonly [prefix: string, word: string])[] = [
  ['timeout', 'Timeout'],
  ['dns_', 'DNS'],
  ['connection_', 'Connection'],
  ['network_', 'Network'],
  ['tls_', 'TLS'],
  ['address_', 'Refused'],
  ['proxy_', 'Proxy'],
  ['not_http', 'No HTTP'],
];

/** The response code, or a word for what came instead; null before the first attempt. */
export function responseWord(
  statusCode: number | null,
  error: AttemptErrorView | null,
): string | null {
  if (statusCode !== null) return String(statusCode);
  if (error === null) return null;
  return WORDS.find(([prefix]) => error.code.startsWith(prefix))?.[1] ?? null;
}
