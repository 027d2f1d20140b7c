import { describe, expect, test } from 'vitest';
import { readSignInSearch } from '../../src/pages/sign-in/search.ts';

describe('after signing in', () => {
  test('one is back at the page that one wanted, filters included', () => {
    const redirect = '/settings/webhooks/logs?status=failed';
    expect(readSignInSearch({ redirect, ended: true })).toEqual({ redirect, ended: true });
  });

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    'javascript:alert(1)',
    'settings',
    '',
    7,
    null,
  ])('nobody is led to %s', (redirect) => {
    expect(readSignInSearch({ redirect })).toEqual({});
  });
});
