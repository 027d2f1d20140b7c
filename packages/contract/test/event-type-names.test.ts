import { expect, test } from 'vitest';
import { EVENT_TYPES, eventTypeNameProblem, isCustomEventTypeName } from '../src/index.ts';

test.each(EVENT_TYPES)("the nine and the product's own can't be shadowed: %s", (type) => {
  expect(eventTypeNameProblem(type)).toContain('is built in');
});

test.each([
  ['order.paid', null],
  ['lead.scored', null],
  ['a.b.c_1', null],
  ['webhook.exploded', 'reserved'],
  ['test.pong', 'reserved'],
  ['sydx.news', 'reserved'],
  ['order', 'with a dot'],
  ['Order.paid', 'lower-case'],
  ['order..paid', 'lower-case'],
  ['.paid', 'lower-case'],
  ['1order.paid', 'lower-case'],
  ['order.paid\n', 'lower-case'],
  ['toString', 'lower-case'],
  [`a.${'b'.repeat(63)}`, 'at most 64'],
])('%j: %s', (name, words) => {
  const problem = eventTypeNameProblem(name);
  if (words === null) expect(problem).toBeNull();
  else expect(problem).toContain(words);
  expect(isCustomEventTypeName(name)).toBe(words === null);
});
