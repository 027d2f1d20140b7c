import { hash } from 'node:crypto';
import { LIMITS } from '@sydx/contract';
import { networkOf } from '../../base/network.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Database } from '../../store/database.ts';
import { takePlace } from '../../store/rate-limits.ts';
import type { FormSettings } from './lead.ts';

/**
 * Counts a submission, on all nodes together: of its network first, so that one flood uses up little
 * of what the source has for everybody.
 *
 * @param sourceId readable
 * @param address where it came from
 * @throws ProblemError rate_limited
 */
export async function takeSubmission(
  { general }: Pick<Database, 'general'>,
  sourceId: string,
  address: string,
  { limits = {} }: FormSettings,
): Promise<void> {
  const { perMinute = LIMITS.submissionsPerMinute } = limits;
  const { perNetworkPerMinute = LIMITS.submissionsPerNetworkPerMinute } = limits;
  const take = (bucket: string, burst: number) =>
    takePlace(general, hash('sha256', `form ${sourceId} ${bucket}`, 'buffer'), {
      burst,
      everySeconds: 60 / burst,
    });
  const seconds =
    (await take(`network ${networkOf(address)}`, perNetworkPerMinute)) ||
    (await take('all', perMinute));
  if (seconds === 0) return;
  throw new ProblemError('rate_limited', {
    detail: `This form was sent often. Wait ${seconds} s, then send it again.`,
    headers: { 'retry-after': String(seconds) },
  });
}
