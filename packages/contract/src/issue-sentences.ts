/** Zod's findings in the product's voice: sentences that stand behind the name of the field. */
import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  bigint: 'a whole number',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

const UNITS: Readonly<Record<string, string>> = {
  array: 'entries',
  set: 'entries',
  string: 'characters',
};

/**
 * What a schema without words of its own says. Handed to zod with each value that it judges: its own
 * messages speak of types and received values to programmers, and these are read by whoever sent the
 * request, in a problem document or beside a form's field.
 */
export function issueInWords(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${typeInWords(issue)}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be ${oneOf(issue.values)}`;
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return `has a name that ${issue.issues[0]?.message ?? 'is not one of those it may have'}`;
    case 'invalid_element':
      return `has an entry that ${issue.issues[0]?.message ?? 'is not one of those it may have'}`;
    case 'invalid_union':
      return unionInWords(issue);
    case 'invalid_format':
      return 'does not have the form that it must have';
    // Each unknown field is named by itself: see fieldErrors. The rest are refinements without words.
    default:
      return 'is not valid';
  }
}

function typeInWords({ expected }: Extract<RawIssue, { code: 'invalid_type' }>): string {
  return TYPES[expected] ?? `of the type ${expected}`;
}

function bound(
  issue: Extract<RawIssue, { code: 'too_big' | 'too_small' }>,
  limit: number | bigint,
  relation: string,
): string {
  const unit = UNITS[issue.origin];
  const measure = issue.exact === true ? 'exactly' : relation;
  if (unit === undefined) return `must be ${measure} ${limit}`;
  if (issue.code === 'too_small' && issue.exact !== true && limit === 1) return 'must not be empty';
  return `must have ${measure} ${limit} ${unit}`;
}

/** A union that is told apart by a field speaks of that field. */
function unionInWords(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { discriminator, options, input } = issue as {
    discriminator?: string;
    options?: readonly unknown[];
    input?: unknown;
  };
  if (discriminator === undefined || options === undefined) {
    return 'has none of the shapes that it may have';
  }
  const given = (input as Readonly<Record<string, unknown>>)[discriminator];
  return given === undefined ? 'is required' : `must be ${oneOf(options)}`;
}

function oneOf(values: readonly unknown[]): string {
  const names = values.map(String);
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`;
}
