import { type FieldError, type ProblemCode, PROBLEMS } from '@sydx/contract';

export interface ProblemDetails {
  /** What happened here and what to do next; the registry's hint when left out. */
  readonly detail?: string | undefined;
  /** Each bad field. */
  readonly errors?: readonly FieldError[] | undefined;
  /** Headers that the answer needs, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/**
 * Thrown wherever a request ends early; the API turns it into the problem document of its code
 * (RFC 9457). Code, status and title come from the contract's registry.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, { detail, errors, headers = {}, cause }: ProblemDetails = {}) {
    super(detail ?? PROBLEMS[code].hint, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.errors = errors;
    this.headers = headers;
  }
}
