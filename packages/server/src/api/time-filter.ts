import { normaliseTimestamp } from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';

/** A time of a request that its schema judged already, in milliseconds since 1970. */
export function msOf(text: string): number;
export function msOf(text: string | undefined): number | undefined;
export function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(normaliseTimestamp(text) ?? text);
}

/**
 * Bounds of the acceptance time, `from` included, `to` not.
 *
 * @throws ProblemError invalid_query when they leave nothing between them
 */
export function readBounds(query: { from?: string | undefined; to?: string | undefined }): {
  fromMs: number | undefined;
  toMs: number | undefined;
} {
  const fromMs = msOf(query.from);
  const toMs = msOf(query.to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new ProblemError('invalid_query', {
      errors: [{ pointer: '/to', detail: 'must be later than from' }],
    });
  }
  return { fromMs, toMs };
}
