import { ProblemDocument } from '@sydx/contract';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE } from './problems.ts';

const problem = {
  description: 'A problem document: its code is one of the registry at /docs/errors',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: ProblemDocument } },
};

/** What a DELETE answers. */
export const NOTHING = z.null().describe('Done; the answer has no body');

/** The `response` of a route's schema: its successes, and a problem document for all else. */
export function answers<Answers extends Readonly<Record<number, z.ZodType>>>(
  successes: Answers,
): Answers & { default: typeof problem } {
  return { ...successes, default: problem };
}

/** `{id}` of a path. */
export const IdParams = z.object({ id: z.string() });
