import type { PatchedWebhook } from '@sydx/contract';
import { smallestIdAt, timeOfId } from '../../base/ids.ts';
import { oldestCancelledByDisabling } from '../../store/cancelled-by-disabling.ts';
import { countReplay } from '../../store/start-replay.ts';
import type { ApiContext } from '../context.ts';

/** What a webhook that is enabled again missed: a body for POST …/replay. Undefined: nothing. */
export async function replayOffer(
  { database, clock }: ApiContext,
  tenantNo: number,
  webhookId: string,
): Promise<PatchedWebhook['replayOffer']> {
  const oldest = await oldestCancelledByDisabling(database.general, tenantNo, webhookId);
  if (oldest === null) return undefined;
  const fromMs = timeOfId(oldest);
  const toMs = Math.ceil(clock.now());
  const count = await countReplay(database.general, {
    tenantNo,
    webhookId,
    fromMs,
    toMs,
    range: { low: smallestIdAt(fromMs), high: smallestIdAt(toMs) },
    status: 'cancelled',
  });
  if (count === 0) return undefined;
  return { from: new Date(fromMs).toISOString(), status: 'cancelled', count };
}
