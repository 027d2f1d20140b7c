import { describe, expect, test } from 'vitest';
import { maskUrl as maskUrlInLogs } from '../../../server/src/base/mask-url.ts';
import { formatRate, plural } from '../../src/ui/figures.ts';
import { maskUrl } from '../../src/ui/mask-url.ts';
import { formatDuration, formatRelative } from '../../src/ui/time.ts';

describe('a success rate', () => {
  test.each([
    [1, '100 %'],
    [0.9999, '99.9 %'],
    [0.5, '50 %'],
    [0, '0 %'],
  ])('of %d reads %s: only a perfect one is 100 %%', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });
});

test('one of something is not several', () => {
  expect(plural(1, 'delivery', 'deliveries')).toBe('1 delivery');
  expect(plural(12_345, 'event')).toBe('12,345 events');
});

describe('a time', () => {
  const nowMs = Date.parse('2026-03-25T08:22:50.000Z');

  test.each([
    ['2026-03-25T08:22:45.000Z', 'just now'],
    ['2026-03-25T08:20:50.000Z', '2 min. ago'],
    ['2026-03-24T08:22:50.000Z', 'yesterday'],
    ['2026-03-25T08:24:50.000Z', 'in 2 min.'],
    ['2026-03-26T08:22:47.000Z', 'in 24 hr.'],
    ['2026-03-26T07:22:50.000Z', 'in 23 hr.'],
    ['2026-03-25T06:23:50.000Z', '1 hr. ago'],
  ])('%s is %s', (iso, text) => {
    expect(formatRelative(iso, nowMs)).toBe(text);
  });

  test('that something took is in milliseconds, then in seconds', () => {
    expect(formatDuration(87.4)).toBe('87 ms');
    expect(formatDuration(5_000)).toBe('5.00 s');
  });
});

test.each([
  'https://hooks.zapier.com/hooks/catch/1234567/abcdefg/',
  'https://api.yourcompany.com/sydx-webhook',
  'https://example.com/',
  'https://ingest.example.org/sydx?key=123',
  'https://user:password@example.com/a/long/path/to/hide',
])('%s is masked on the screen as it is in the logs', (url) => {
  expect(maskUrl(url)).toBe(maskUrlInLogs(url));
});
