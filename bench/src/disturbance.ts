import { availableParallelism } from 'node:os';
import { momentMs } from './moment.ts';
import { machineUs, postgresUs, processUs } from './process-cost.ts';
import { TOLERABLE_SHARE } from './result.ts';

export interface Measuring<T> {
  /** Processes of this run. */
  ours: readonly number[];
  /** PostgreSQL's parent process; null while there is none. */
  postgresPid: number | null;
  tries: number;
  take: () => Promise<T>;
}

/**
 * Measures until other programs left the machine alone, or `tries` times: a figure taken while
 * somebody compiles is not the product's.
 *
 * @returns what was measured with the least of others, and their share of all cores, 0 to 1
 */
export async function leastDisturbed<T>(
  measuring: Measuring<T>,
): Promise<{ value: T; othersShare: number }> {
  let best: { value: T; othersShare: number } | null = null;
  for (let left = measuring.tries; left > 0 || best === null; left -= 1) {
    const othersShare = watchOthers(measuring);
    const value = await measuring.take();
    const taken = { value, othersShare: othersShare() };
    if (best === null || taken.othersShare < best.othersShare) best = taken;
    if (taken.othersShare <= TOLERABLE_SHARE) break;
  }
  return best;
}

function watchOthers({ ours, postgresPid }: Measuring<unknown>): () => number {
  const oursUs = (): number =>
    ours.reduce((sum, pid) => sum + processUs(pid), 0) +
    (postgresPid === null ? 0 : postgresUs(postgresPid));
  const startedMs = momentMs();
  const othersUs = machineUs() - oursUs();
  return () => {
    const elapsedUs = (momentMs() - startedMs) * 1_000 * availableParallelism();
    return Math.max(0, (machineUs() - oursUs() - othersUs) / elapsedUs);
  };
}
