import { hash } from 'node:crypto';
import { ProblemError } from '../../base/problem.ts';
import type { Database } from '../../store/database.ts';
import { takePlace } from '../../store/rate-limits.ts';

/**
 * Counts a press of Test, on all nodes together: the button must not flood a stranger's server,
 * however many nodes there are.
 *
 * @param perMinute so many at once, and then at this rate
 * @throws ProblemError rate_limited
 */
export async function takeTest(
  { general }: Pick<Database, 'general'>,
  webhookId: string,
  perMinute: number,
): Promise<void> {
  const bucket = hash('sha256', `test of webhook ${webhookId}`, 'buffer');
  const seconds = await takePlace(general, bucket, {
    burst: perMinute,
    everySeconds: 60 / perMinute,
  });
  if (seconds === 0) return;
  throw new ProblemError('rate_limited', {
    detail: `Test was pressed often. Wait ${seconds} s, then press it again.`,
    headers: { 'retry-after': String(seconds) },
  });
}
