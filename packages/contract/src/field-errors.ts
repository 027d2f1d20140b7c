/** Zod's findings as the `errors[]` of a problem document: a JSON Pointer and a sentence each. */
import type { z } from 'zod';

export interface FieldError {
  /** RFC 6901, from the root of the request's body; '' is the body itself. */
  readonly pointer: string;
  readonly detail: string;
}

/** RFC 6901: `~` and `/` of a name are escaped. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const part of path) {
    pointer += `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}

/** One entry for each bad field; an unknown field is named by its own pointer. */
export function fieldErrors(error: z.core.$ZodError, prefix = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: prefix + jsonPointer([...issue.path, key]),
        detail: 'is not a field of this request',
      }));
    }
    return [{ pointer: prefix + jsonPointer(issue.path), detail: sentence(issue) }];
  });
}

function sentence({ code, message }: z.core.$ZodIssue): string {
  const missing = code === 'invalid_type' && message.endsWith('received undefined');
  return missing ? 'is required' : message;
}
