import type { Clock } from '../../base/clock.ts';
import { ProblemError } from '../../base/problem.ts';

/** What one key may publish ahead of its rate: a second's worth, so that even traffic never waits. */
const BURST_MS = 1_000;
const MOST_KEYS = 10_000;

/** Counts what each API key publishes. @throws ProblemError rate_limited */
export type LimitPublishing = (keyId: string, events: number) => void;

/**
 * PUBLISH_RATE_LIMIT: the generic cell rate algorithm in this node's memory, one number a key, so that
 * it costs a look-up in a Map and no query; hence the limit is each node's own. A batch counts as its
 * events. It is let in whole when the key is within its rate, whatever its size, and what follows waits
 * until it is paid for: a batch larger than a second's worth would never pass otherwise.
 *
 * @param eventsPerSecond null: no limit
 */
export function limitPublishing(
  eventsPerSecond: number | null,
  clock: Pick<Clock, 'monotonic'>,
): LimitPublishing | null {
  if (eventsPerSecond === null) return null;
  const costMs = 1_000 / eventsPerSecond;
  /** By key: when everything that it published so far is paid for. */
  const paidAt = new Map<string, number>();
  return (keyId, events) => {
    const now = clock.monotonic();
    const due = Math.max(paidAt.get(keyId) ?? 0, now);
    const waitMs = due - now - BURST_MS;
    if (waitMs >= 0) {
      const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
      throw new ProblemError('rate_limited', {
        detail:
          `This key publishes more than ${eventsPerSecond} events a second. Nothing was stored: ` +
          `wait ${seconds} s, then send it again.`,
        headers: { 'retry-after': String(seconds) },
      });
    }
    // Last is who published last. The longest unused is forgotten first, so that many keys of one
    // tenant do not forgive what another owes.
    paidAt.delete(keyId);
    if (paidAt.size >= MOST_KEYS) paidAt.delete(paidAt.keys().next().value ?? '');
    paidAt.set(keyId, due + events * costMs);
  };
}
