import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answerHandshake } from '../../../src/sources/meta/handshake.ts';
import { isSignedByMeta } from '../../../src/sources/meta/signature.ts';

describe('X-Hub-Signature-256', () => {
  const body = Buffer.from('{"object":"whatsapp_business_account","x":"\\u00e9 é"}');
  const hex = createHmac('sha256', 'app-secret').update(body).digest('hex');

  test('of these bytes with this secret is accepted', () => {
    expect(isSignedByMeta(body, `sha256=${hex}`, 'app-secret')).toBe(true);
    expect(isSignedByMeta(body, `sha256=${hex.toUpperCase()}`, 'app-secret')).toBe(true);
  });

  test('agrees with RFC 4231, test case 2', () => {
    const header = 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(isSignedByMeta(Buffer.from('what do ya want for nothing?'), header, 'Jefe')).toBe(true);
  });

  test('of other bytes or with another secret is refused', () => {
    expect(isSignedByMeta(Buffer.concat([body, body]), `sha256=${hex}`, 'app-secret')).toBe(false);
    expect(isSignedByMeta(body, `sha256=${hex}`, 'other-secret')).toBe(false);
    const last = hex.endsWith('0') ? '1' : '0';
    const altered = `sha256=${hex.slice(0, -1)}${last}`;
    expect(isSignedByMeta(body, altered, 'app-secret')).toBe(false);
  });

  test.each([
    [undefined],
    [null],
    [''],
    ['sha256='],
    [hex],
    [`sha1=${hex}`],
    [`sha256=${hex}00`],
    [`sha256=${hex.slice(2)}`],
    [`sha256=${'z'.repeat(64)}`],
    [[`sha256=${hex}`]],
    [42],
  ])('%j is refused without throwing', (header) => {
    expect(isSignedByMeta(body, header, 'app-secret')).toBe(false);
  });

  test('an empty secret accepts nothing', () => {
    const signed = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`;
    expect(isSignedByMeta(body, signed, '')).toBe(false);
  });
});

describe("Meta's handshake", () => {
  const query = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'token',
    'hub.challenge': '1158201444',
  };

  test('echoes the challenge to who knows the token, as plain text', () => {
    expect(answerHandshake(query, 'token')).toEqual({
      accepted: true,
      contentType: 'text/plain; charset=utf-8',
      body: '1158201444',
    });
  });

  test.each([['wrong'], ['token2'], ['']])('refuses the token %j', (token) => {
    const answer = answerHandshake({ ...query, 'hub.verify_token': token }, 'token');
    expect(answer).toEqual({ accepted: false, reason: 'wrong_token' });
  });

  test('refuses an empty token even where the source has none', () => {
    expect(answerHandshake({ ...query, 'hub.verify_token': '' }, '').accepted).toBe(false);
  });

  test.each([
    [{}],
    [{ ...query, 'hub.mode': 'unsubscribe' }],
    [{ ...query, 'hub.challenge': undefined }],
    [{ ...query, 'hub.challenge': ['1', '2'] }],
  ])('refuses what is no subscription: %j', (other) => {
    expect(answerHandshake(other, 'token')).toEqual({
      accepted: false,
      reason: 'not_a_subscription',
    });
  });

  test('refuses a repeated token', () => {
    const answer = answerHandshake({ ...query, 'hub.verify_token': ['token', 'token'] }, 'token');
    expect(answer.accepted).toBe(false);
  });
});
