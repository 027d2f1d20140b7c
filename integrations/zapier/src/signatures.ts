import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers as Zapier hands them over: `X-Sydx-Signature` arrives as `Http-X-Sydx-Signature`. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** @param name in lower case */
export function headerOf(headers: Headers, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers)) {
    const plain = key.toLowerCase();
    if (plain === name || plain === `http-${name}`) return value;
  }
  return undefined;
}

/**
 * Whether both signatures of a delivery hold over its body: X-Sydx-Signature, and webhook-signature
 * as Standard Webhooks 1.0 asks. Its age is not judged: Zapier holds deliveries back and replays them.
 *
 * @param content the raw body
 * @param secret `whsec_…`
 */
export function signaturesHold(content: string, headers: Headers, secret: string): boolean {
  const sydx = createHmac('sha256', secret).update(content, 'utf8').digest('hex');
  const id = headerOf(headers, 'webhook-id') ?? '';
  const timestamp = headerOf(headers, 'webhook-timestamp') ?? '';
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const standard = createHmac('sha256', key)
    .update(`${id}.${timestamp}.${content}`, 'utf8')
    .digest('base64');
  return (
    isEqual(headerOf(headers, 'x-sydx-signature'), sydx) &&
    (headerOf(headers, 'webhook-signature') ?? '')
      .split(' ')
      .some((one) => isEqual(one, `v1,${standard}`))
  );
}

/** In constant time, but for the length, which everybody knows. */
function isEqual(given: string | undefined, expected: string): boolean {
  const bytes = Buffer.from(given ?? '');
  const wanted = Buffer.from(expected);
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
