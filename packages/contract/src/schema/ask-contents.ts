/** What is asked of an object's fields and a list's entries. */
import { matches } from '../pattern/matches.ts';
import { canonicalKey } from './canonical-key.ts';
import type { Rule } from './nodes.ts';
import type { HoldsOf, Question } from './question.ts';
import { isObject } from './reader.ts';

type Name = 'required' | 'dependent' | 'fields' | 'names' | 'entries' | 'unique';

export const OF_CONTENTS: HoldsOf<Name> = {
  required: ({ names }, value, question) =>
    !isObject(value) || hasAll(value, names, 'is required', question),
  dependent: ({ names }, value, question) =>
    !isObject(value) ||
    question.every(
      names,
      ([name, others]) =>
        !Object.hasOwn(value, name) ||
        hasAll(value, others, () => `is required beside ${name}`, question),
    ),
  fields: (rule, value, question) =>
    !isObject(value) ||
    question.every(question.namesOf(value), (name) => fieldHolds(rule, value, name, question)),
  names: ({ node }, value, question) =>
    !isObject(value) ||
    question.every(
      question.namesOf(value),
      (name) =>
        question.fits(node, name) || question.wrong('has a name that no field may have here', name),
    ),
  entries: ({ first, others }, value, question) =>
    !Array.isArray(value) ||
    question.every(value.entries(), ([index, item]) => {
      const node = first[index] ?? others;
      return node === null || question.below(index, node, item);
    }),
  unique(_rule, value, question) {
    if (!Array.isArray(value)) return true;
    const keys = new Set(value.map((item) => canonicalKey(item, question.effort)));
    return keys.size === value.length || question.wrong('must not repeat an entry');
  },
};

function hasAll(
  value: object,
  names: readonly string[],
  detail: string | (() => string),
  question: Question,
): boolean {
  return question.every(
    names,
    (name) => Object.hasOwn(value, name) || question.wrong(detail, name),
  );
}

function fieldHolds(
  { known, patterns, others }: Extract<Rule, { rule: 'fields' }>,
  value: Readonly<Record<string, unknown>>,
  name: string,
  question: Question,
): boolean {
  const own = known.get(name);
  const nodes = own === undefined ? [] : [own];
  for (const { program, node } of patterns) {
    if (matches(program, name, question.effort)) nodes.push(node);
  }
  if (nodes.length === 0 && others !== null) {
    if (others.rules[0]?.rule === 'never') {
      return question.wrong('is not a field of this event type', name);
    }
    nodes.push(others);
  }
  return question.every(nodes, (node) => question.below(name, node, value[name]));
}
