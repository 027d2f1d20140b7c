/** What is asked of a value by other schemas. */
import type { HoldsOf } from './question.ts';

type Name = 'all' | 'any' | 'one' | 'not' | 'if';

const NO_SHAPE = 'has none of the shapes that it may have';

export const OF_SHAPES: HoldsOf<Name> = {
  all: ({ nodes }, value, question) =>
    question.every(nodes, (node) => question.beside(node, value)),
  any: ({ nodes }, value, question) =>
    nodes.some((node) => question.fits(node, value)) || question.wrong(NO_SHAPE),
  one({ nodes }, value, question) {
    const met = nodes.filter((node) => question.fits(node, value)).length;
    if (met === 1) return true;
    return question.wrong(
      met === 0 ? NO_SHAPE : `has ${met} of the shapes of which it must have exactly one`,
    );
  },
  not: ({ node }, value, question) =>
    !question.fits(node, value) || question.wrong('has a shape that it must not have'),
  if({ node, met, otherwise }, value, question) {
    const next = question.fits(node, value) ? met : otherwise;
    return next === null || question.beside(next, value);
  },
};
