import { note, whenReaderIsGone } from './output.ts';
import { stopOnSignals } from './signals.ts';

/**
 * Runs what goes on until Ctrl+C, SIGTERM, the terminal's end, or until nobody reads our output any more
 * (`| head`): then `leaving` is aborted, the work ends in order, and the process with exit code 0.
 *
 * @throws whatever the work throws
 */
export async function untilStopped(work: (leaving: AbortSignal) => Promise<void>): Promise<void> {
  const leaving = new AbortController();
  whenReaderIsGone(() => leaving.abort());
  const working = work(leaving.signal);
  stopOnSignals({
    stop: async () => {
      leaving.abort();
      await working;
    },
    say: note,
  });
  await working;
}
