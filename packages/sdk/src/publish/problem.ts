/** An error answer of the API (RFC 9457). */
export interface ProblemDocument {
  /** A link to what this error means. */
  type: string;
  title: string;
  status: number;
  /** What to do next. */
  detail: string;
  /** Stable: `invalid_data`, `idempotency_conflict`, … */
  code: string;
  /** One for each bad field. */
  errors?: readonly { pointer: string; detail: string }[];
}

/** @returns the problem document in an answer's body, or undefined when it is something else */
export function readProblem(text: string): ProblemDocument | undefined {
  const parsed = parseJson(text) as Partial<ProblemDocument> | undefined;
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { code, title, detail } = parsed;
  if (typeof code !== 'string' || typeof title !== 'string' || typeof detail !== 'string') {
    return undefined;
  }
  return parsed as ProblemDocument;
}

/** @returns the value, or undefined when the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A problem in one sentence, with its bad fields. */
export function sentence({ title, detail, errors }: ProblemDocument): string {
  const fields = errors?.map(({ pointer, detail: wrong }) => `${pointer} ${wrong}`) ?? [];
  return `${title}. ${fields.length > 0 ? fields.join('; ') : detail}`;
}
