import { expect, it } from 'vitest';
import { readOptions } from '../src/options.ts';

const TARGETS = ['answers', 'input'] as const;

it('reads what to fuzz, how often and from which seed', () => {
  expect(readOptions(['answers', '--count', '50', '--seed', '7'], TARGETS)).toEqual({
    target: 'answers',
    count: 50,
    seed: 7,
  });
});

it('asks for the help without a target', () => {
  expect(readOptions(['--help'], TARGETS).target).toBeNull();
});

it.each([
  [[], 'Name one target: answers or input. --help tells more.'],
  [['letters'], 'Name one target: answers or input. --help tells more.'],
  [['answers', 'input'], 'Name one target: answers or input. --help tells more.'],
  [['answers', '--count', '0'], '--count takes a whole number from 1.'],
  [['answers', '--count', 'many'], '--count takes a whole number from 1.'],
  [['input', '--seed', '1.5'], '--seed takes a whole number from 0.'],
])('refuses %j', (args, sentence) => {
  expect(() => readOptions(args, TARGETS)).toThrow(sentence);
});
