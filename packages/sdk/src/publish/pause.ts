/** setTimeout fires at once when it is told to wait longer than this. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The longest wait that a server is granted: what deliveries grant their receivers, too. */
const LONGEST_MS = 600_000;

/** Resolves after a while, ten minutes at most, or at once when the signal fires. */
export function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(delayMs, LONGEST_MS));
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
