import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../../src/retry/retry-after.ts';

const NOW = Date.UTC(2026, 2, 25, 8, 22, 50);
const at503 = (header: string | null) => parseRetryAfter(header, 503, NOW);

describe('Retry-After', () => {
  it('is seconds', () => {
    expect([at503('0'), at503('120'), at503(' 7 '), at503('007')]).toEqual([
      0, 120_000, 7_000, 7_000,
    ]);
  });

  it.each([
    ['Wed, 25 Mar 2026 08:24:50 GMT'],
    ['Wednesday, 25-Mar-26 08:24:50 GMT'],
    ['Wed Mar 25 08:24:50 2026'],
    ['Fri, 25 Mar 2026 08:24:50 GMT'],
  ])('is a date in any of the three forms of RFC 9110, the weekday not weighed: %s', (header) => {
    expect(at503(header)).toBe(120_000);
  });

  it('is a date with a day below 10 in asctime', () => {
    expect(parseRetryAfter('Fri Mar  6 08:00:01 2026', 503, Date.UTC(2026, 2, 6, 8))).toBe(1_000);
  });

  it('is 600 s at most', () => {
    for (const header of ['601', '9'.repeat(400), 'Thu, 25 Mar 2027 08:22:50 GMT']) {
      expect(at503(header)).toBe(600_000);
    }
  });

  it('in the past means now', () => {
    expect(at503('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(0);
    // 2094 is more than 50 years ahead, so this is 1994.
    expect(at503('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(0);
  });

  it('knows the century around a turn of it', () => {
    const newYear = Date.UTC(2099, 11, 31, 23, 59, 50);
    expect(parseRetryAfter('Friday, 01-Jan-00 00:00:00 GMT', 429, newYear)).toBe(10_000);
  });

  it('counts on 429 and 503 alone', () => {
    const listening = fc.sample(fc.integer({ min: 100, max: 999 }), 200).concat(200, 301, 500, 502);
    for (const status of listening) {
      const expected = status === 429 || status === 503 ? 5_000 : null;
      expect(parseRetryAfter('5', status, NOW)).toBe(expected);
    }
    expect(parseRetryAfter('5', 429, NOW)).toBe(5_000);
  });

  it.each([
    [''],
    ['-5'],
    ['+5'],
    ['5.5'],
    ['1e3'],
    ['0x10'],
    ['5s'],
    ['soon'],
    ['NaN'],
    ['5, 5'],
    ['2026-03-25T08:24:50Z'],
    ['Wed, 25 Mar 2026 08:24:50 CET'],
    ['Wed, 25 mar 2026 08:24:50 GMT'],
    ['Wed, 31 Feb 2026 08:24:50 GMT'],
    ['Wed, 00 Mar 2026 08:24:50 GMT'],
    ['Wed, 25 Mar 2026 24:00:00 GMT'],
    ['Wed, 25 Mar 2026 08:60:00 GMT'],
    ['Wed, 25 Mar 2026 08:00:61 GMT'],
    ['Wed, 25 Mar 0026 08:24:50 GMT'],
    ['\u0661\u0662'],
  ])('that is nonsense is ignored: %j', (header) => {
    expect(at503(header)).toBeNull();
  });

  it('that is absent asks for nothing', () => {
    expect(at503(null)).toBeNull();
  });

  it('never asks for less than 0 or more than 600 s, whatever a receiver sends', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.stringMatching(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/),
    );
    fc.assert(
      fc.property(header, fc.constantFrom(429, 503), (text, status) => {
        const delayMs = parseRetryAfter(text, status, NOW);
        if (delayMs === null) return;
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
      }),
    );
  });

  it('reads every date of the next ten minutes exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        fc.integer({ min: 0, max: 600 }),
        (now, seconds) => {
          const header = new Date((now + seconds) * 1000).toUTCString();
          expect(parseRetryAfter(header, 503, now * 1000)).toBe(seconds * 1000);
        },
      ),
    );
  });
});
