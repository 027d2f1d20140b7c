import { ProblemError } from '../../base/problem.ts';
import { UnknownEventTypes } from '../../store/event-types.ts';

/**
 * Answers for event types that nobody registered, which only the statement that subscribes can tell.
 *
 * @param events as they stand in the request
 * @param at where they stand in it, as a JSON Pointer
 * @throws ProblemError invalid_body, or what `change` throws
 */
export async function knowingEvents<Result>(
  events: readonly string[],
  change: () => Promise<Result>,
  at = '/events',
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof UnknownEventTypes)) throw error;
    throw new ProblemError('invalid_body', {
      errors: error.types.map((type) => ({
        pointer: `${at}/${events.indexOf(type)}`,
        detail: 'is not an event type of GET /v1/event-types',
      })),
      cause: error,
    });
  }
}
