import type { LeadErrorCode } from '@sydx/contract';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../store/database.ts';
import { backOffFetching, pauseFetching } from '../../store/meta-lead-fetching.ts';
import {
  type ClaimedLead,
  failMetaLead,
  type LeadTrouble,
  putOffMetaLead,
} from '../../store/meta-leads.ts';
import { FETCHING } from './bounds.ts';
import type { Verdict } from './verdict.ts';

interface Parts {
  readonly database: Pick<Database, 'general'>;
  readonly log: Log;
}

type Trouble = Exclude<Verdict, { kind: 'lead' }>;

/**
 * Writes down why a lead was not fetched and says when it is tried again. What is wrong with the token
 * or with Meta is the source's trouble and uses up none of the lead's tries.
 */
export async function settleTrouble(
  { database, log: parent }: Parts,
  lead: ClaimedLead,
  verdict: Trouble,
): Promise<void> {
  const pool = database.general;
  const { kind, trouble } = verdict;
  const log = parent.child({ leadId: lead.leadgenId, code: trouble.code, detail: trouble.detail });
  if (kind === 'token_refused') {
    await putOffMetaLead(pool, lead, trouble, 0, false);
    if (await pauseFetching(pool, lead.source, trouble)) {
      log.warn('Meta refuses the token of a source; its leads wait until the source is changed.');
    }
    return;
  }
  if (kind === 'rate_limited') {
    await putOffMetaLead(pool, lead, trouble, 0, false);
    await backOffFetching(pool, lead.source, trouble, {
      freeFailures: 0,
      firstSeconds: FETCHING.firstSlowSeconds,
      lastSeconds: FETCHING.lastSlowSeconds,
      atLeastSeconds: Math.min(verdict.waitSeconds ?? 0, FETCHING.longestAskedSeconds),
    });
    log.info('Meta asked to fetch more slowly; the leads of this source wait.');
    return;
  }
  if (kind === 'away') {
    await putOffMetaLead(pool, lead, trouble, retrySeconds(lead.attemptCount), true);
    await backOffFetching(pool, lead.source, trouble, {
      freeFailures: FETCHING.freeFailures,
      firstSeconds: FETCHING.firstRestSeconds,
      lastSeconds: FETCHING.lastRestSeconds,
      atLeastSeconds: 0,
    });
    log.info('A lead could not be fetched; it is tried again.');
    return;
  }
  if (kind === 'not_found' && lead.attemptCount < FETCHING.triesUntilMissing) {
    await putOffMetaLead(pool, lead, trouble, retrySeconds(lead.attemptCount), true);
    return;
  }
  await failMetaLead(pool, lead, trouble);
  log.warn('Meta refuses to give a lead; it is kept as failed.');
}

/** What failed here, before or after the request: the lead waits, and nothing is said of Meta. */
export async function putOff(
  { database }: Pick<Parts, 'database'>,
  lead: ClaimedLead,
  code: LeadErrorCode,
  detail: string,
): Promise<void> {
  const trouble: LeadTrouble = { code, detail };
  const waitSeconds = retrySeconds(lead.attemptCount);
  await putOffMetaLead(database.general, lead, trouble, waitSeconds, true);
}

/** @param attemptCount the one that failed included */
function retrySeconds(attemptCount: number): number {
  const { firstRetrySeconds, lastRetrySeconds } = FETCHING;
  return Math.min(lastRetrySeconds, firstRetrySeconds * 2 ** Math.min(attemptCount - 1, 20));
}
