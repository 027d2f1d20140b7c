/** Zod's findings as the `errors[]` of a problem document: a JSON Pointer and a sentence each. */
import type { z } from 'zod';
import { issueInWords } from './issue-sentences.ts';

export interface FieldError {
  /** RFC 6901, from the root of the request's body; '' is the body itself. */
  readonly pointer: string;
  readonly detail: string;
}

/** What a schema says of a value. */
export type Judgement<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Enough to correct a request by. Without a bound 8 MiB of made-up fields, which anybody may send to
 * the sign-in, become an answer of 58 MB and four seconds in which the process does nothing else.
 */
const MOST_ERRORS = 100;

/**
 * Judges what somebody sent; every schema of the API is asked through here, so that each refusal is
 * in our words.
 *
 * @param pointer where the value stands in the caller's document, prefixed to every pointer
 */
export function judge<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  pointer = '',
): Judgement<z.output<Schema>> {
  const result = schema.safeParse(value, { error: issueInWords });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: fieldErrors(result.error, pointer) };
}

/** RFC 6901: `~` and `/` of a name are escaped. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const part of path) {
    pointer += `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}

/** One entry for each bad field, the first 100; an unknown field is named by its own pointer. */
function fieldErrors(error: z.core.$ZodError, prefix: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of error.issues) {
    const room = MOST_ERRORS - errors.length;
    if (room === 0) break;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, room)) {
        const pointer = prefix + jsonPointer([...issue.path, key]);
        errors.push({ pointer, detail: 'is not a field of this request' });
      }
    } else {
      errors.push({ pointer: prefix + jsonPointer(issue.path), detail: issue.message });
    }
  }
  return errors;
}
