import { describe, expect, it } from 'vitest';
import { verify, WebhookVerificationError } from '../src/index.ts';
import { BODY, OTHER_SECRET, SECRET, signed } from './delivery.ts';

const headers = signed(BODY, SECRET);
const sydxOnly = { 'X-Sydx-Signature': headers['X-Sydx-Signature'] };
const { 'X-Sydx-Signature': _, ...standardOnly } = headers;

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('a delivery that Sydx AI signed', () => {
  it('is accepted and gives its event', () => {
    expect(verify(BODY, headers, SECRET)).toEqual(JSON.parse(BODY));
  });

  it('is accepted under either signature alone', () => {
    const plain = { requireStandard: false };
    expect(verify(BODY, sydxOnly, SECRET, plain).event).toBe('message.received');
    expect(verify(BODY, standardOnly, SECRET).event).toBe('message.received');
  });

  it.each([
    ['bytes', new TextEncoder().encode(BODY)],
    ['a Buffer that is a slice of a larger one', Buffer.from(`>>${BODY}<<`).subarray(2, -2)],
    ['a parsed object', JSON.parse(BODY)],
  ])('is accepted as %s', (_kind, body) => {
    expect(verify(body, headers, SECRET)).toEqual(JSON.parse(BODY));
  });

  it('is accepted with headers in any case and any holder', () => {
    const lower = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));
    const lists = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, [v]]));
    for (const holder of [lower, lists, new Headers(headers)]) {
      expect(codeOf(() => verify(BODY, holder, SECRET))).toBe('accepted');
    }
  });

  it('is accepted when one of several signatures in webhook-signature holds', () => {
    const several = `v1a,ed25519 v1,AAAA ${headers['webhook-signature']}`;
    expect(codeOf(() => verify(BODY, { ...headers, 'webhook-signature': several }, SECRET))).toBe(
      'accepted',
    );
  });

  it('is accepted under the old or the new secret while the receiver knows both', () => {
    expect(codeOf(() => verify(BODY, headers, [OTHER_SECRET, SECRET]))).toBe('accepted');
    expect(codeOf(() => verify(BODY, headers, [OTHER_SECRET]))).toBe('signature_mismatch');
  });
});

describe('a request that Sydx AI did not sign', () => {
  it.each([
    ['a changed body', BODY.replace('John', 'Jane'), headers],
    ['another secret', BODY, signed(BODY, OTHER_SECRET)],
    [
      'a wrong X-Sydx-Signature beside a right Standard one',
      BODY,
      { ...headers, 'X-Sydx-Signature': 'ab' },
    ],
    [
      'a wrong Standard signature beside a right X-Sydx one',
      BODY,
      { ...headers, 'webhook-signature': 'v1,AAAA' },
    ],
    ['an id that was not signed', BODY, { ...headers, 'webhook-id': 'evt_other' }],
    ['a time that was not signed', BODY, { ...headers, 'webhook-timestamp': '1' }],
    [
      'a signature without its version',
      BODY,
      { ...headers, 'webhook-signature': headers['webhook-signature'].slice(3) },
    ],
  ])('is refused: %s', (_case, body, given) => {
    expect(codeOf(() => verify(body, given, SECRET))).toBe('signature_mismatch');
  });

  it('is refused when the two signatures hold under different secrets', () => {
    const mixed = { ...signed(BODY, OTHER_SECRET), ...sydxOnly };
    expect(codeOf(() => verify(BODY, mixed, [SECRET, OTHER_SECRET]))).toBe('signature_mismatch');
  });

  it('is refused without signatures, with part of one, or without the one that is required', () => {
    expect(codeOf(() => verify(BODY, {}, SECRET))).toBe('headers_missing');
    expect(codeOf(() => verify(BODY, { ...sydxOnly, 'webhook-id': 'evt_x' }, SECRET))).toBe(
      'headers_missing',
    );
    // Whoever recorded a delivery could leave away what says how old it is.
    expect(codeOf(() => verify(BODY, sydxOnly, SECRET))).toBe('headers_missing');
  });
});

describe('the replay window', () => {
  const now = new Date('2026-03-25T08:22:50Z');
  const given = signed(BODY, SECRET, now);
  const at = (seconds: number, toleranceSeconds?: number) =>
    codeOf(() =>
      verify(BODY, given, SECRET, {
        now: () => new Date(now.getTime() + seconds * 1000),
        ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
      }),
    );

  it('is 300 seconds either way', () => {
    expect([at(300), at(-300)]).toEqual(['accepted', 'accepted']);
    expect([at(301), at(-301)]).toEqual(['timestamp_too_old', 'timestamp_too_new']);
  });

  it('can be made narrower and wider, but not broken', () => {
    expect([at(11, 10), at(3600, 7200)]).toEqual(['timestamp_too_old', 'accepted']);
    expect([at(1e9, Number.NaN), at(Number.NaN)]).toEqual([
      'timestamp_invalid',
      'timestamp_invalid',
    ]);
  });
});

describe('a mistake of the receiver', () => {
  it.each([[''], [[]], ['secret'], ['whsec_'], [`${SECRET}\n`], [['', SECRET]], [undefined]])(
    'is told apart from a forgery: the secret %j',
    (secret) => {
      // JavaScript callers hand over what process.env gives.
      expect(codeOf(() => verify(BODY, headers, secret as string))).toBe('secret_invalid');
    },
  );

  it('is told apart from a forgery: no body parser', () => {
    expect(codeOf(() => verify(undefined as unknown as string, headers, SECRET))).toBe(
      'body_invalid',
    );
  });

  it('never puts the secret into a message', () => {
    expect(() => verify(BODY, headers, `${SECRET} `)).toThrow(/^(?!.*0123456789abcdef)/s);
  });
});

it.each(['hello', '1', 'null', '{"event":"x"}', '[]'])('%s, though signed, is no event', (body) => {
  expect(codeOf(() => verify(body, signed(body, SECRET), SECRET))).toBe('body_invalid');
});
