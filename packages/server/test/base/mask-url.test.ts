import { expect, test } from 'vitest';
import { maskUrl } from '../../src/base/mask-url.ts';

test.each([
  ['https://hooks.zapier.com/hooks/catch/123456/abcdef/', 'https://hooks.zapier.com/…def/'],
  ['https://example.com/webhook', 'https://example.com/…'],
  ['https://example.com/', 'https://example.com/'],
  ['https://example.com/?token=secret', 'https://example.com/…'],
  ['https://user:secret@example.com:8443/a#b', 'https://example.com:8443/…'],
  ['secret', '(not a URL)'],
  ['mailto:secret@example.com', '(not a URL)'],
])('%s is logged as %s', (url, masked) => {
  expect(maskUrl(url)).toBe(masked);
});
