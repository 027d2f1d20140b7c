import { TEST_EVENT_TYPE } from '@sydx/contract';
import type { Clock } from '../base/clock.ts';
import { parseRetryAfter } from '../retry/retry-after.ts';
import { nextDelayMs } from '../retry/schedule.ts';
import type { Outcome } from '../store/record-outcomes.ts';
import type { Sent } from './attempt.ts';
import type { Job } from './job.ts';
import type { WebhookSettings } from './webhook-book.ts';

/**
 * What becomes of a delivery after its turn: its end, or a retry.
 *
 * @param webhook as it is now: one that was deleted or disabled meanwhile gets no retry
 */
export function fateOf(
  job: Job,
  sent: Exclude<Sent, { kind: 'unsent' }>,
  webhook: WebhookSettings | undefined,
  { clock, retryScheduleSeconds }: { clock: Clock; retryScheduleSeconds: readonly number[] },
): Outcome['fate'] {
  if (sent.kind === 'cancelled') return { status: 'cancelled', error: sent.error };
  const { result } = sent;
  if (result.error === null) return { status: 'success' };
  if (job.type === TEST_EVENT_TYPE) return { status: 'failed' };
  if (webhook?.deleted) return { status: 'cancelled', error: 'webhook_deleted' };
  if (webhook?.enabled === false) return { status: 'cancelled', error: 'webhook_disabled' };
  const wishMs = parseRetryAfter(result.retryAfter, result.statusCode ?? 0, clock.now());
  const delayMs = nextDelayMs(job.attempt, retryScheduleSeconds, wishMs);
  if (delayMs === null) return { status: 'failed' };
  // Counted from the end of the attempt; the recorder adds a few milliseconds, which is after it too.
  return { retryInMs: Math.max(0, delayMs - (clock.monotonic() - sent.endedAt)) };
}
