import { ProblemError } from '../base/problem.ts';
import { type IdPrefix, parseId } from '../base/ids.ts';
import type { Database } from '../store/database.ts';
import { readWebhookState } from '../store/webhook-state.ts';

/** The decimal id inside. @throws ProblemError not_found: an id that cannot exist is a stranger */
export function knownId(prefix: IdPrefix, text: string): string {
  const id = parseId(prefix, text);
  if (id === null) throw new ProblemError('not_found');
  return id;
}

/**
 * The decimal id of a webhook that a filter names. A deleted one is fine: its log is kept.
 *
 * @throws ProblemError not_found when it is another tenant's or never was
 */
export async function ownWebhookId(
  database: Database,
  tenantNo: number,
  text: string | undefined,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const id = knownId('whk', text);
  if ((await readWebhookState(database.general, tenantNo, id)) === null) {
    throw new ProblemError('not_found', { detail: 'There is no webhook of this webhookId.' });
  }
  return id;
}
