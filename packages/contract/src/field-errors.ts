/** Zod's findings as the `errors[]` of a problem document: a JSON Pointer and a sentence each. */
import type { z } from 'zod';

export interface FieldError {
  /** RFC 6901, from the root of the request's body; '' is the body itself. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Enough to correct a request by. Without a bound 8 MiB of made-up fields, which anybody may send to
 * the sign-in, become an answer of 58 MB and four seconds in which the process does nothing else.
 */
const MOST_ERRORS = 100;

/** RFC 6901: `~` and `/` of a name are escaped. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const part of path) {
    pointer += `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}

/** One entry for each bad field, the first 100; an unknown field is named by its own pointer. */
export function fieldErrors(error: z.core.$ZodError, prefix = ''): FieldError[] {
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
      errors.push({ pointer: prefix + jsonPointer(issue.path), detail: sentence(issue) });
    }
  }
  return errors;
}

function sentence({ code, message }: z.core.$ZodIssue): string {
  const missing = code === 'invalid_type' && message.endsWith('received undefined');
  return missing ? 'is required' : message;
}
