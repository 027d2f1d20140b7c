import { setTimeout as sleep } from 'node:timers/promises';
import { ServerAwayError } from './errors.ts';
import { note } from './output.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Does one thing again and again until `leaving`, ever more slowly while the server is away, which is
 * said once, as is its return.
 *
 * @param once may tell, long before it ends, that the server answers
 * @throws whatever is not about the server being away
 */
export async function persist(
  leaving: AbortSignal,
  once: (answers: () => void) => Promise<void>,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let isAway = false;
  const answers = (): void => {
    if (isAway) note('The server answers again.');
    isAway = false;
    pauseMs = FIRST_PAUSE_MS;
  };
  while (!leaving.aborted) {
    try {
      await once(answers);
      answers();
    } catch (error) {
      if (leaving.aborted) return;
      if (!(error instanceof ServerAwayError)) throw error;
      if (!isAway) note(`${error.message}\nTrying again until it answers.`);
      isAway = true;
      await pause(pauseMs, leaving);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}

/** @returns early when it is time to leave */
export async function pause(ms: number, leaving: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: leaving }).catch((error: unknown) => {
    if (!leaving.aborted) throw error;
  });
}
