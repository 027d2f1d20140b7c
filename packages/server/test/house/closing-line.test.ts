import { expect, test } from 'vitest';
import { closingLine } from '../kit/closing-line.ts';

const ended = (state: 'passed' | 'failed' | 'skipped' | 'pending') =>
  ({ result: () => ({ state, errors: undefined }) }) as never;

test('a run ends with its sum on one line', () => {
  const tests = [ended('passed'), ended('passed'), ended('failed'), ended('skipped')];
  expect(closingLine(tests, 0)).toBe('2 passed, 1 failed, 1 skipped');
});

test('a test that never came to an end counts as failed', () => {
  expect(closingLine([ended('pending')], 0)).toBe('0 passed, 1 failed, 0 skipped');
});

test('what broke outside of any test counts as failed', () => {
  expect(closingLine([ended('passed')], 2)).toBe('1 passed, 2 failed, 0 skipped');
});
