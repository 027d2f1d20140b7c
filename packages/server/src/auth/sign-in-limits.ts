import { hash } from 'node:crypto';
import { networkOf } from '../base/network.ts';
import { ProblemError } from '../base/problem.ts';
import type { Database } from '../store/database.ts';
import { emptyBucket, takePlace } from '../store/rate-limits.ts';

/**
 * Ten guesses at one e-mail address from one network, then one a minute. A sign-in that succeeds gives
 * them back. Of the two together: whoever guesses from elsewhere must not lock the owner out.
 */
const OF_EMAIL = { burst: 10, everySeconds: 60 } as const;
/** An office behind one address signs in at nine. */
const MINUTES_AT_ONCE = 3;

/**
 * Counts a try, on all nodes together, for existing and unknown people alike.
 *
 * @param address where the request came from
 * @param perMinute how many tries one network gets
 * @throws ProblemError rate_limited
 */
export async function takeTry(
  database: Database,
  email: string,
  address: string,
  perMinute: number,
): Promise<void> {
  const pool = database.general;
  const network = networkOf(address);
  const ofNetwork = { burst: perMinute * MINUTES_AT_ONCE, everySeconds: 60 / perMinute };
  // Whoever is refused by network uses up none of the person's tries.
  const seconds =
    (await takePlace(pool, bucketOf('address', network), ofNetwork)) ||
    (await takePlace(pool, bucketOf('email', `${email} ${network}`), OF_EMAIL));
  if (seconds === 0) return;
  throw new ProblemError('rate_limited', {
    detail: `Too many tries. Wait ${seconds} s, then try again.`,
    headers: { 'retry-after': String(seconds) },
  });
}

/** After the right password. */
export async function forgiveTries(
  database: Database,
  email: string,
  address: string,
): Promise<void> {
  await emptyBucket(database.general, bucketOf('email', `${email} ${networkOf(address)}`));
}

function bucketOf(kind: 'address' | 'email', what: string): Buffer {
  return hash('sha256', `sign-in ${kind} ${what}`, 'buffer');
}
