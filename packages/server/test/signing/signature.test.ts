import { randomBytes } from 'node:crypto';
import { verify } from '@sydx/sdk';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { deliveryHeaders } from '../../src/signing/headers.ts';
import { generateSecret, secretHint } from '../../src/signing/secrets.ts';
import { prepareSigner } from '../../src/signing/signature.ts';
import { verifyWebhookSignature } from './product-document.ts';

const FIXED = {
  signer: prepareSigner('whsec_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'),
  eventType: 'test.ping',
  timestamp: '2026-03-25T08:22:50.254Z',
  deliveryId: 'dlv_02qbt8v3jm0c2',
  eventId: 'evt_02qbt8v3jm0c1',
  attempt: 3,
  unixSeconds: 1774426970,
  body: '{"event":"test.ping","timestamp":"2026-03-25T08:22:50.254Z","tenantId":"t","data":{"message":"न"}}',
};

describe('a secret', () => {
  it('is whsec_ and 64 hex characters, shown later by its last 4', () => {
    const secret = generateSecret(() => Buffer.alloc(32, 0xab));
    expect(secret).toBe(`whsec_${'ab'.repeat(32)}`);
    expect(secretHint('whsec_00ff12')).toBe('ff12');
  });

  it('reads the same as a string and as plain base64', () => {
    const part = generateSecret(randomBytes).slice('whsec_'.length);
    expect(Buffer.from(part, 'base64').toString('base64')).toBe(part);
  });
});

describe('a delivery', () => {
  it('carries these headers and no others', () => {
    // Both signatures were computed with openssl.
    expect(deliveryHeaders(FIXED)).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'SydxAI-Webhook/1.0',
      'X-Sydx-Event': 'test.ping',
      'X-Sydx-Timestamp': '2026-03-25T08:22:50.254Z',
      'X-Sydx-Signature': 'cd48e0bf045bdfddae5e7a008cd5d3b722b161bab46768a7b7dc9c9539243373',
      'X-Sydx-Delivery': 'dlv_02qbt8v3jm0c2',
      'X-Sydx-Attempt': '3',
      'webhook-id': 'evt_02qbt8v3jm0c1',
      'webhook-timestamp': '1774426970',
      'webhook-signature': 'v1,AXVFJp85N41CtY2UrW4i7npJr7TKt20H6kGqp9yAdcI=',
    });
  });

  it('keeps webhook-id on a retry and signs its own time', () => {
    const retry = deliveryHeaders({ ...FIXED, attempt: 4, unixSeconds: FIXED.unixSeconds + 120 });
    const first = deliveryHeaders(FIXED);
    expect(retry['webhook-id']).toBe(first['webhook-id']);
    expect(retry['X-Sydx-Signature']).toBe(first['X-Sydx-Signature']);
    expect(retry['webhook-signature']).not.toBe(first['webhook-signature']);
  });

  it('verifies everywhere, whatever its data: our sdk, the document, Standard Webhooks', () => {
    fc.assert(
      fc.property(anyBody(), (body) => {
        const secret = generateSecret(randomBytes);
        const headers = signedNow(body, secret);
        const parsed = JSON.parse(body);
        expect(JSON.stringify(parsed)).toBe(body);
        expect(verify(body, headers, secret)).toEqual(parsed);
        expect(verify(Buffer.from(body), headers, secret)).toEqual(parsed);
        expect(verify(parsed, headers, secret)).toEqual(parsed);
        expect(new Webhook(secret).verify(body, headers)).toEqual(parsed);
        expect(verifyWebhookSignature(parsed, headers['X-Sydx-Signature'], secret)).toBe(true);
      }),
    );
  });

  it('verifies nowhere under another secret', () => {
    fc.assert(
      fc.property(anyBody(), (body) => {
        const headers = signedNow(body, generateSecret(randomBytes));
        const other = generateSecret(randomBytes);
        expect(() => verify(body, headers, other)).toThrow('signature does not match');
        expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
        expect(verifyWebhookSignature(JSON.parse(body), headers['X-Sydx-Signature'], other)).toBe(
          false,
        );
      }),
      { numRuns: 20 },
    );
  });
});

function anyBody(): fc.Arbitrary<string> {
  const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '1', 'toJSON'));
  const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 });
  const value = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary' }),
    // Any UTF-16, lone surrogates too: JSON.stringify writes those as escapes.
    text.map((units) => String.fromCharCode(...units)),
  );
  const data = fc.array(fc.tuple(key, value), { maxLength: 8 }).map(Object.fromEntries);
  return fc.tuple(data, fc.date({ noInvalidDate: true })).map(([given, time]) =>
    JSON.stringify({
      event: 'lead.captured',
      timestamp: time.toISOString(),
      tenantId: 'ten_1',
      // Once parsed, as a producer's request is: integer-like keys have moved, -0 is 0.
      data: JSON.parse(JSON.stringify(given)),
    }),
  );
}

function signedNow(body: string, secret: string): Record<string, string> {
  const unixSeconds = Math.floor(Date.now() / 1000);
  return deliveryHeaders({ ...FIXED, body, unixSeconds, signer: prepareSigner(secret) });
}
