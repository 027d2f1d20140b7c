import { eventTypeProblems, type FieldError } from '@sydx/contract';
import { ProblemError } from '../../api/problem-error.ts';

/** The two texts of an event type that are JSON. */
export interface ContentTexts {
  readonly schema: string;
  readonly sample: string;
}

/** What is wrong with each, by pointers from its own root. */
export interface ContentProblems {
  readonly schema: readonly FieldError[];
  readonly sample: readonly FieldError[];
}

export const NO_PROBLEMS: ContentProblems = { schema: [], sample: [] };

/** What the server would say of them, said while they are being written. */
export function contentProblems(texts: ContentTexts): ContentProblems {
  const schema = readObject(texts.schema);
  const sample = readObject(texts.sample);
  if ('problem' in schema || 'problem' in sample) {
    return {
      schema: 'problem' in schema ? [schema.problem] : [],
      sample: 'problem' in sample ? [sample.problem] : [],
    };
  }
  return sorted(eventTypeProblems({ schema: schema.value, sample: sample.value }));
}

/** The same of what the server said. */
export function contentProblemsOf(error: unknown): ContentProblems {
  return error instanceof ProblemError ? sorted(error.errors) : NO_PROBLEMS;
}

export function hasProblems({ schema, sample }: ContentProblems): boolean {
  return schema.length > 0 || sample.length > 0;
}

function sorted(errors: readonly FieldError[]): ContentProblems {
  const below = (root: string) =>
    errors.flatMap(({ pointer, detail }) =>
      pointer === root || pointer.startsWith(`${root}/`)
        ? [{ pointer: pointer.slice(root.length), detail }]
        : [],
    );
  return { schema: below('/schema'), sample: below('/sample') };
}

function readObject(text: string): { value: object } | { problem: FieldError } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value };
    return { problem: { pointer: '', detail: 'must be an object: { … }' } };
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : '';
    return { problem: { pointer: '', detail: `is not JSON yet${why}` } };
  }
}
