/**
 * How long to wait before the next attempt, from the end of the attempt that just failed.
 *
 * @param failedAttempts attempts that failed so far, this one included (1 after the first)
 * @param scheduleSeconds RETRY_SCHEDULE: the wait before each retry; its length is how many there are
 * @param retryAfterMs what parseRetryAfter gave for this attempt: the later of it and the schedule
 * @returns milliseconds, or null when no retry is left and the delivery is failed
 */
export function nextDelayMs(
  failedAttempts: number,
  scheduleSeconds: readonly number[],
  retryAfterMs: number | null,
): number | null {
  const seconds = scheduleSeconds[failedAttempts - 1];
  if (seconds === undefined) return null;
  return Math.max(seconds * 1000, retryAfterMs ?? 0);
}
