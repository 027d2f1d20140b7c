import { LIMITS, PRO_PLAN, SOURCE_KINDS } from '@sydx/contract';
import { parseId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../store/database.ts';
import { keepMetaLeads } from '../../store/meta-leads.ts';
import type { HookAnswer, HookKind, HookRequest, OpenSource } from '../hook-kind.ts';
import { address, addresseeOf } from '../meta/addressees.ts';
import { openNotification, RECEIVED, shakeHands } from '../meta/door.ts';
import { readLeadNotification } from './read.ts';

interface Parts {
  readonly database: Pick<Database, 'general'>;
  readonly log: Log;
}

/** Meta's Lead Ads at a source's URL. */
export function createMetaLeadsHook(parts: Parts): HookKind {
  return {
    bodyLimitBytes: LIMITS.sourceBodyBytes,
    get: (source, request) => shakeHands(source, request, "Meta's Lead Ads"),
    post: (source, request) => receive(parts, source, request),
  };
}

/**
 * Keeps the leads that a notification announces: answered once they are on disk, and fetched later, so
 * that Meta is never kept waiting by Meta.
 *
 * @throws ProblemError invalid_signature, or the driver's error: then Meta sends it again
 */
async function receive(
  { database, log: parentLog }: Parts,
  source: OpenSource,
  request: HookRequest,
): Promise<HookAnswer> {
  const log = parentLog.child({ sourceId: source.id });
  const notification = openNotification(source, request, log);
  if (notification === undefined) return RECEIVED;
  const { leads, unknown } = readLeadNotification(notification);
  if (unknown.length > 0) log.info({ unknown }, 'A notification holds what we do not know.');

  const { routes = {}, pageIds } = SOURCE_KINDS['meta-leads'].shown.parse(source.settings);
  const addressee = await addresseeOf(database, source, routes, pageIds);
  const { byTenant, strangers } = address(leads, ({ pageId }) => pageId, addressee);
  if (strangers.length > 0) {
    log.info(
      { pageIds: strangers.slice(0, 50) },
      'A notification is about pages that this source does not publish for.',
    );
  }
  const kept = [];
  for (const [tenant, own] of byTenant) {
    if (tenant.plan === PRO_PLAN) kept.push(...own.map((lead) => ({ tenantNo: tenant.no, lead })));
    else {
      log.info(
        { tenantId: tenant.id, notPublished: own.length },
        'The plan of the tenant does not include Outbound Webhooks; nothing was published.',
      );
    }
  }
  await keepMetaLeads(database.general, parseId('src', source.id) ?? '', kept);
  return RECEIVED;
}
