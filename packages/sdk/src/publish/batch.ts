import type { EncodedEvent } from './encode.ts';
import { detailsOf, PublishError } from './error.ts';
import { type ProblemDocument, sentence } from './problem.ts';

/** What one request of the API takes. */
const MAX_EVENTS = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

const ENVELOPE_BYTES = '{"events":[]}'.length;

/**
 * How many of the events, from `from` on, fit into one request; at least one, which the server judges
 * when it is too large by itself.
 */
export function fitting(events: readonly EncodedEvent[], from = 0): number {
  let bytes = ENVELOPE_BYTES;
  let count = 0;
  for (let index = from; index < events.length && count < MAX_EVENTS; index += 1) {
    // One for the comma.
    bytes += (events[index]?.byteCount ?? 0) + 1;
    if (bytes > MAX_BYTES && count > 0) break;
    count += 1;
  }
  return count;
}

/** The events of one request that its problem names, by their index; none when it names none. */
export function namedEvents(problem: ProblemDocument | undefined): Set<number> {
  const named = new Set<number>();
  for (const { pointer } of problem?.errors ?? []) {
    const [, index] = /^\/events\/(\d+)(?:\/|$)/.exec(pointer) ?? [];
    if (index !== undefined) named.add(Number(index));
  }
  return named;
}

/**
 * A part's error as one of the whole batch: pointers count from the batch's beginning.
 *
 * @param from index of the part's first event in the batch
 * @param count events in the part; the API points into a single event without `/events/0`
 */
export function inBatch(error: PublishError, from: number, count: number): PublishError {
  const { problem } = error;
  if (problem?.errors === undefined) return error;
  const errors = problem.errors.map(({ pointer, detail }) => {
    const inEvents = count === 1 ? `/events/0${pointer}` : pointer;
    return {
      pointer: inEvents.replace(
        /^\/events\/(\d+)/,
        (_, index: string) => `/events/${Number(index) + from}`,
      ),
      detail,
    };
  });
  const whole = { ...problem, errors };
  return new PublishError(error.code, sentence(whole), {
    ...detailsOf(error),
    problem: whole,
  });
}
