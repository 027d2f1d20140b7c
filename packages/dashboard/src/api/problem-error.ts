import type { FieldError, ProblemCode, ProblemDocument } from '@sydx/contract';

/** What the API answered instead of what was asked for: an RFC 9457 problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** `unknown` when what answered was not our API, such as a proxy's error page. */
  readonly code: ProblemCode | 'unknown';
  readonly title: string;
  readonly detail: string;
  /** One entry for each bad field; pointers are RFC 6901, such as `/url`. */
  readonly errors: readonly FieldError[];
  /** Seconds to wait before trying again, from Retry-After. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    document: Partial<Omit<ProblemDocument, 'code'>> & { code?: ProblemCode | 'unknown' },
    retryAfterSeconds: number | null = null,
  ) {
    const title = document.title ?? `The server answered ${status}`;
    const detail = document.detail ?? 'Try again. If it stays, report the time and this page.';
    super(`${title}: ${detail}`);
    this.status = status;
    this.code = document.code ?? 'unknown';
    this.title = title;
    this.detail = detail;
    this.errors = document.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer came: the server is away or the browser is offline. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly title: string;
  readonly detail: string;

  constructor(cause: unknown) {
    const isOffline = !navigator.onLine;
    const title = isOffline ? 'You are offline' : 'The server does not answer';
    const detail = isOffline
      ? 'Check your internet connection. This page goes on by itself when you are back.'
      : 'It may be restarting. Try again in a moment.';
    super(`${title}: ${detail}`, { cause });
    this.title = title;
    this.detail = detail;
  }
}

/** True when the API refused with this code. */
export function isProblem(error: unknown, code: ProblemCode): error is ProblemError {
  return error instanceof ProblemError && error.code === code;
}

/** Title and detail of anything that was thrown, in words for people. */
export function describeError(error: unknown): { title: string; detail: string } {
  if (error instanceof ProblemError || error instanceof UnreachableError) {
    return { title: error.title, detail: error.detail };
  }
  return {
    title: 'Something went wrong on this page',
    detail: error instanceof Error ? error.message : 'Reload the page and try again.',
  };
}

/**
 * The problem's sentence for each named field, as forms want them: `{url: 'must …'}`.
 *
 * @param fieldOf the form's name of what a pointer names; undefined for what the form does not have
 */
export function fieldProblems(
  error: unknown,
  fieldOf: (pointer: string) => string | undefined = topField,
): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of error.errors) {
    const field = fieldOf(pointer);
    if (field !== undefined && field !== '') fields[field] ??= sentence(detail);
  }
  return fields;
}

function topField(pointer: string): string | undefined {
  return pointer.split('/')[1];
}

/** The contract writes `must be …`, to stand behind a field's name; alone it needs a subject. */
function sentence(detail: string): string {
  if (/^[A-Z]/.test(detail)) return detail;
  const text = `This ${detail}`;
  return text.endsWith('.') ? text : `${text}.`;
}
