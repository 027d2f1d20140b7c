import { WebhookVerificationError } from './error.ts';

/**
 * Refuses a request that was signed too long ago, or in the future: somebody may have recorded it.
 *
 * @param timestamp webhook-timestamp, Unix seconds; its signature has been checked
 * @throws WebhookVerificationError `timestamp_invalid`, `timestamp_too_old` or `timestamp_too_new`
 */
export function checkReplayWindow(timestamp: string, toleranceSeconds: number, now: Date): void {
  // A tolerance of NaN or a broken clock would compare as false and let everything through.
  const ageSeconds = now.getTime() / 1000 - Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Number.isNaN(ageSeconds) || !(toleranceSeconds >= 0)) {
    throw new WebhookVerificationError(
      'timestamp_invalid',
      'webhook-timestamp must be Unix seconds, and toleranceSeconds a number from 0.',
    );
  }
  if (ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_old',
      `The request was signed ${Math.round(ageSeconds)} s ago and ${toleranceSeconds} s are allowed: a replay, or this machine’s clock is fast.`,
    );
  }
  if (-ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_new',
      `The request was signed ${Math.round(-ageSeconds)} s in the future and ${toleranceSeconds} s are allowed: this machine’s clock is slow.`,
    );
  }
}
