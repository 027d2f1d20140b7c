import { WebhookVerificationError } from './error.ts';

/**
 * A delivery's body. Best raw: the string or bytes exactly as they arrived. A parsed body works too,
 * because Sydx AI sends what JSON.stringify gives back for it, but a body parser that changes
 * values (a JSON reviver, a schema that adds defaults) then breaks the signature.
 */
export type WebhookBody = string | Uint8Array | object;

/** The bytes that were signed. @throws WebhookVerificationError `body_invalid` */
export function signedBytes(body: WebhookBody): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'object' && body !== null) return Buffer.from(JSON.stringify(body));
  throw new WebhookVerificationError(
    'body_invalid',
    `The body is ${body === null ? 'null' : typeof body}. Hand over the raw body; in Express, mount express.raw or express.json before this route.`,
  );
}
