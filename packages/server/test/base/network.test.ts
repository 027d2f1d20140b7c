import { describe, expect, test } from 'vitest';
import { addressOf, networkOf } from '../../src/base/network.ts';

const from = (ip: string) => addressOf({ ip, socket: { remoteAddress: '10.0.0.1' } });

describe('where a request comes from', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50112', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:50112', '2001:db8::7'],
    ['fe80::7%eth0', 'fe80::7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ])('what a proxy says, without port and brackets: %s', (said, address) => {
    expect(from(said)).toBe(address);
  });

  test.each([
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.7:x',
    '[]',
    '<b>',
    'x'.repeat(9_000),
  ])('the peer, where a proxy says what is no address: %s', (said) => {
    expect(from(said)).toBe('10.0.0.1');
  });

  test('two connections of one address are one network', () => {
    expect(networkOf(from('203.0.113.7:1'))).toBe(networkOf(from('203.0.113.7:2')));
    expect(networkOf(from('[2001:db8::1]:1'))).toBe(networkOf(from('2001:db8::2')));
  });
});
