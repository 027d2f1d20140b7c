import type { Logger } from 'pino';
import { formatId } from '../base/ids.ts';
import type { LostDelivery } from '../store/hand-back.ts';
import type { Outcome } from '../store/record-outcomes.ts';
import type { Sent } from './attempt.ts';
import type { Job } from './job.ts';

/** What a line of the log calls a delivery: ids as people and the API know them. */
export function idsOf(job: Pick<Job, 'deliveryId' | 'eventId' | 'webhookId'>) {
  return {
    delivery: formatId('dlv', job.deliveryId),
    event: formatId('evt', job.eventId),
    webhook: formatId('whk', job.webhookId),
  };
}

/**
 * Tells of attempts that failed (debug) and of deliveries that failed for good (info: it is the
 * receiver who has to do something). Of a success nothing is said: it is the hot path, and the delivery
 * log and the metrics have it.
 */
export function tellOutcome(
  log: Logger,
  job: Job,
  sent: Exclude<Sent, { kind: 'unsent' }>,
  fate: Outcome['fate'],
): void {
  if (sent.kind === 'cancelled') {
    log.debug({ ...idsOf(job), error: sent.error }, 'A delivery was cancelled.');
    return;
  }
  const { error, statusCode, durationMs } = sent.result;
  if (error === null) return;
  const isFinal = 'status' in fate;
  const level = isFinal && fate.status === 'failed' ? 'info' : 'debug';
  if (!log.isLevelEnabled(level)) return;
  const attempt = { attempt: job.attempt, type: job.type, error, statusCode };
  const fields = { ...idsOf(job), ...attempt, durationMs: Math.round(durationMs) };
  if (!isFinal) {
    const retryInMs = Math.round(fate.retryInMs);
    log.debug({ ...fields, retryInMs }, 'An attempt failed; it is retried.');
  } else if (fate.status === 'failed') log.info(fields, 'A delivery failed.');
  else
    log.debug(
      { ...fields, cancelled: fate.error },
      'An attempt failed; its delivery is cancelled.',
    );
}

/** Tells of a delivery that ended because its nodes died one after the other. */
export function tellLost(log: Logger, lost: LostDelivery): void {
  const fields = { ...idsOf(lost), attempt: lost.attempt, error: 'worker_lost' };
  log.info(fields, 'A delivery failed.');
}
