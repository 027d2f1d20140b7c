import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { htmlSnippet, scriptSnippet } from '../../src/pages/sources/form/snippets.ts';
import { isOrigin, originsOf } from '../../src/pages/sources/form/origins.ts';

const DOCUMENT = readFileSync(
  new URL('../../../../docs/admins/web-forms.md', import.meta.url),
  'utf8',
);

const source = {
  url: 'https://webhooks.example.com/hooks/src_02qbt8v3jm0c1',
  settings: {
    allowedOrigins: ['https://www.example.com'],
    fields: { name: 'name', phone: 'phone', email: 'email', campaign: 'campaign' },
  },
};

test('docs/admins/web-forms.md shows the code that the dashboard gives', () => {
  expect(DOCUMENT).toContain(`\n${htmlSnippet(source)}\n`);
  expect(DOCUMENT).toContain(`\n${scriptSnippet(source)}\n`);
});

test("a form's code spells the source's names so that HTML keeps them", () => {
  const code = htmlSnippet({
    ...source,
    settings: { ...source.settings, fields: { email: 'a"><script>' }, honeypot: 'b&c' },
  });
  expect(code).toContain('name="a&quot;&gt;&lt;script&gt;"');
  expect(code).toContain('name="b&amp;c"');
  expect(code).not.toMatch(/Phone|campaign|<script>/);
});

test('a site is understood as people write it', () => {
  const written = [
    'https://www.example.com/contact?a=b',
    'www.example.com, example.com:8443',
    'http://localhost:3000/',
    'HTTPS://Shop.Example.com',
    '*',
    'null no-origin',
  ];
  const origins = originsOf(written);
  expect(origins).toEqual([
    'https://www.example.com',
    'https://example.com:8443',
    'http://localhost:3000',
    'https://shop.example.com',
    '*',
    'null',
    'no-origin',
  ]);
  expect(origins.every((origin) => isOrigin(origin))).toBe(true);
  for (const strange of ['https://*.example.com', 'ftp://example.com', 'https://']) {
    expect(originsOf([strange]).map(isOrigin)).toEqual([false]);
  }
});
