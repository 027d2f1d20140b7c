import { describe, expect, test } from 'vitest';
import { urlAdvice, urlHint } from '../../src/pages/webhooks/form/url-hint.ts';

describe('a URL that is being typed', () => {
  test.each([
    ['', 'nothing yet'],
    ['htt', 'the beginning of https://'],
    ['https://', 'a scheme without its host yet'],
    ['https://example.com/webhook', 'a public address'],
    ['  https://example.com/webhook ', 'spaces around it'],
    ['https://[2606:4700::1111]/', 'a public IPv6 address'],
    ['https://fdic.gov/', 'a name that begins like a private IPv6 address'],
    ['https://10.example.com/', 'a name that begins like a private IPv4 address'],
  ])('%s is let be: %s', (text) => {
    expect(urlHint(text)).toBeNull();
  });

  test.each([
    ['example', 'This is not a URL'],
    ['http://example.com/webhook', 'must start with https://'],
    ['ftp://example.com/', 'must start with https://'],
    ['https://user:password@example.com/', 'must not hold a user name'],
    ['https://localhost/webhook', 'private or reserved'],
    ['https://printer.local/', 'private or reserved'],
    ['https://127.0.0.1/', 'private or reserved'],
    ['https://2130706433/', 'private or reserved'],
    ['https://10.1.2.3/', 'private or reserved'],
    ['https://172.31.0.1/', 'private or reserved'],
    ['https://192.168.0.1/', 'private or reserved'],
    ['https://169.254.169.254/latest/meta-data', 'private or reserved'],
    ['https://[::1]/', 'private or reserved'],
    ['https://[fd00::1]/', 'private or reserved'],
    ['https://[fe80::1]/', 'private or reserved'],
  ])('%s is told that it “%s”', (text, told) => {
    expect(urlHint(text)).toContain(told);
  });

  test('of n8n’s editor is told to be the wrong one of two', () => {
    expect(urlAdvice('https://n8n.example.com/webhook-test/2f6c')).toContain('Production URL');
    expect(urlAdvice('https://n8n.example.com/webhook/2f6c')).toBeNull();
  });
});
