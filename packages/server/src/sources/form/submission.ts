import { ProblemError } from '../../base/problem.ts';
import { parseLenient } from '../../exact/index.ts';
import { objectOf } from '../json.ts';

/**
 * What a form held, by the name of the field, in its order. A text, or a list where a name came more
 * than once; of JSON whatever it held.
 */
export type Submission = Map<string, unknown>;

/**
 * Reads a body in any of the three ways in which forms are posted.
 *
 * @param body whole, and not larger than a form may be
 * @throws ProblemError unsupported_media_type for other bodies and for files, malformed_json,
 *   bad_request for broken multipart, invalid_body for JSON that is no object
 */
export async function readSubmission(
  contentType: string | undefined,
  body: Buffer,
): Promise<Submission> {
  switch (mediaTypeOf(contentType)) {
    case 'application/x-www-form-urlencoded':
      return collected(new URLSearchParams(body.toString('utf8')));
    case 'multipart/form-data':
      return collected(await readMultipart(contentType ?? '', body));
    case 'application/json':
      return readJson(body);
    default:
      throw new ProblemError('unsupported_media_type', {
        detail:
          'Post a form as application/x-www-form-urlencoded or multipart/form-data, or send ' +
          'application/json.',
      });
  }
}

/** `application/json`, of `Application/JSON; charset=utf-8`. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function collected(entries: Iterable<[string, string]>): Submission {
  const submission: Submission = new Map();
  for (const [name, value] of entries) {
    const before = submission.get(name);
    if (before === undefined) submission.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else submission.set(name, [before, value]);
  }
  return submission;
}

/** The platform's own parser, which fetch uses: its body is small and whole. */
async function readMultipart(contentType: string, body: Buffer): Promise<[string, string][]> {
  let form: FormData;
  try {
    const copy = new Uint8Array(body);
    // Deprecated for bodies without an end: this one is whole, and at most 64 KiB.
    // oxlint-disable-next-line typescript/no-deprecated
    form = await new Response(copy, { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw new ProblemError('bad_request', {
      detail: 'The body is not the multipart/form-data that its Content-Type announces.',
      cause: error,
    });
  }
  return [...form].flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name.toWellFormed(), value.toWellFormed()]];
    // What a browser sends for a file that nobody chose.
    if (value.name === '' && value.size === 0) return [];
    throw new ProblemError('unsupported_media_type', {
      detail: 'Files are not taken: remove the file from the form.',
    });
  });
}

function readJson(body: Buffer): Submission {
  const parsed = parseLenient(body.toString('utf8'));
  if (!parsed.ok) throw new ProblemError('malformed_json', { detail: parsed.detail });
  const fields = objectOf(parsed.value);
  if (fields !== undefined) return new Map(Object.entries(fields));
  throw new ProblemError('invalid_body', {
    errors: [{ pointer: '', detail: 'must be an object: a field for each field of the form' }],
  });
}
