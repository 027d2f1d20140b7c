import { hashToken } from '../../auth/tokens.ts';
import { ProblemError } from '../../base/problem.ts';
import { ownsInbox } from '../../store/inboxes.ts';
import type { ApiContext } from '../context.ts';

export interface AcceptedUrl {
  /** As it is stored: normalised. */
  readonly url: string;
  /** Nothing, or the one field of the answer that says what is odd about it. */
  readonly note: { readonly warning?: string };
}

/**
 * @param tenantNo whose webhook is to lead there: only the tenant's own inboxes are a target
 * @throws ProblemError url_refused, with the sentence that tells what to write instead
 */
export async function acceptUrl(
  { checkUrl, database }: ApiContext,
  tenantNo: number,
  url: string,
): Promise<AcceptedUrl> {
  const verdict = await checkUrl(url);
  if (!verdict.ok) throw refused(verdict.sentence);
  const { warning, inboxToken } = verdict;
  if (inboxToken !== undefined) {
    const isOwned = await ownsInbox(database.general, tenantNo, hashToken(inboxToken));
    if (!isOwned) throw refused(NO_INBOX);
  }
  return { url: verdict.url, note: warning === undefined ? {} : { warning } };
}

const NO_INBOX =
  'There is no inbox at this URL (any more). Create one, or enter the address of your own server.';

function refused(detail: string): ProblemError {
  return new ProblemError('url_refused', { detail, errors: [{ pointer: '/url', detail }] });
}
