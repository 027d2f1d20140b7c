import { setTimeout as sleep } from 'node:timers/promises';
import { ServerAwayError } from './errors.ts';
import { note } from './output.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Does one thing again and again until `leaving`, ever more slowly while the server is away, which is
 * said once, as is its return. At its first time the server has to be there, as for any command.
 *
 * @param turn how often it was done before and went well
 * @throws whatever is not about the server being away
 */
export async function persist(
  leaving: AbortSignal,
  once: (turn: number) => Promise<void>,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let isAway = false;
  for (let turn = 0; !leaving.aborted; ) {
    try {
      await once(turn);
      if (isAway) note('The server answers again.');
      isAway = false;
      pauseMs = FIRST_PAUSE_MS;
      turn += 1;
    } catch (error) {
      if (leaving.aborted) return;
      if (!(error instanceof ServerAwayError) || turn === 0) throw error;
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
