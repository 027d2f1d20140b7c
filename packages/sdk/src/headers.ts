/** A request's headers: a Headers object, or a plain one as node:http, Express and others have it. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Gives a header's value whatever the case of its name, or undefined when it is absent or empty. */
export function readHeader(headers: WebhookHeaders, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) || undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue;
    // Several webhook-signature lines mean the same as one line with spaces between.
    const text = typeof value === 'string' ? value : value?.join(' ');
    if (text) return text;
  }
  return undefined;
}

function isHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}
