import { availableParallelism } from 'node:os';
import { momentMs } from './moment.ts';
import { machineUs, treeUs } from './process-cost.ts';
import { TOLERABLE_SHARE } from './result.ts';

export interface Measuring<T> {
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
    const othersShare = watchOthers();
    const value = await measuring.take();
    const taken = { value, othersShare: othersShare() };
    if (best === null || taken.othersShare < best.othersShare) best = taken;
    if (taken.othersShare <= TOLERABLE_SHARE) break;
  }
  return best;
}

/** Ours is this process and all that it started, which ended meanwhile or not. */
function watchOthers(): () => number {
  const oursUs = (): number => treeUs(process.pid);
  const startedMs = momentMs();
  const othersUs = machineUs() - oursUs();
  return () => {
    const elapsedUs = (momentMs() - startedMs) * 1_000 * availableParallelism();
    return Math.max(0, (machineUs() - oursUs() - othersUs) / elapsedUs);
  };
}
