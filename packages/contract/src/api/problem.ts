import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problems.ts';

/** RFC 9457, sent as application/problem+json. */
export const ProblemDocument = z
  .object({
    type: z.string().meta({ description: 'A link to what this error means' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901) to the bad field' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.output<typeof ProblemDocument>;
