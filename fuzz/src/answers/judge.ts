import { ATTEMPT_ERRORS, LIMITS } from '@sydx/contract';
import type { AttemptResult } from '@sydx/server/src/engine/ports.ts';

/** Says what is wrong with how an attempt ended, or null when it is an end that may be. */
export function judge(result: AttemptResult): string | null {
  const { statusCode, error, responseHeaders, responseBody } = result;
  if (error !== null && !Object.hasOwn(ATTEMPT_ERRORS, error)) return `unknown code ${error}`;
  if (error === 'internal') return 'an error on our side';
  const isSuccess = statusCode !== null && statusCode >= 200 && statusCode <= 299;
  if (isSuccess !== (error === null)) return `status ${statusCode} with the error ${error}`;
  const isAnswered = statusCode !== null;
  if (isAnswered !== (responseHeaders !== null) || isAnswered !== (responseBody !== null)) {
    return `status ${statusCode} and what came with it do not fit`;
  }
  if ((responseBody?.length ?? 0) > LIMITS.responseBodyBytes) return 'too much of the body is kept';
  const headerBytes = (responseHeaders ?? []).reduce((sum, [a, b]) => sum + a.length + b.length, 0);
  if (headerBytes > LIMITS.responseHeadersBytes) return 'too much of the headers is kept';
  if (!(result.durationMs >= 0)) return `a duration of ${result.durationMs}`;
  return null;
}
