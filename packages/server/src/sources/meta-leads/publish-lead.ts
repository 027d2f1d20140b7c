import { fingerprint } from '../../base/fingerprint.ts';
import type { Clock } from '../../base/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { deliveredBody } from '../../exact/index.ts';
import { takeFirstSeen } from '../../store/first-seen.ts';
import { type ClaimedLead, closeMetaLead } from '../../store/meta-leads.ts';
import type { NewEvent } from '../../store/publish-events.ts';
import type { JsonObject } from '../json.ts';
import { FETCHING } from './bounds.ts';
import { leadEvent } from './lead-event.ts';

/**
 * Publishes a lead and closes its row in one transaction, so exactly once however often it is fetched;
 * a second source of the same tenant that announced it, too, publishes nothing.
 *
 * @throws ShuttingDown or the driver's error; then the lead is fetched again
 */
export async function publishLead(
  { engine, clock }: { engine: Pick<Engine, 'publishWith'>; clock: Pick<Clock, 'now'> },
  claimed: ClaimedLead,
  lead: JsonObject,
): Promise<void> {
  const { tenant } = claimed;
  const { timestampMs, data } = leadEvent(lead, claimed);
  const timestamp = new Date(timestampMs ?? clock.now()).toISOString();
  const type = 'lead.captured';
  const made = deliveredBody({ type, timestamp, tenantId: tenant.id, data });
  // fitted and parseLenient keep within the limits whatever came.
  if (!made.ok) throw new Error(`A lead is not deliverable: ${made.code}.`);
  const event: NewEvent = { tenantNo: tenant.no, type, body: made.body };
  const mark = fingerprint(String(tenant.no), 'meta-lead', claimed.leadgenId);
  await engine.publishWith(async (transaction) => {
    if (!(await closeMetaLead(transaction, claimed))) return [];
    const isFirst = (await takeFirstSeen(transaction, [mark], FETCHING.keepDays)).has(mark);
    return isFirst ? [event] : [];
  });
}
