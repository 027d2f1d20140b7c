import { LIMITS, PRO_PLAN, SOURCE_KINDS } from '@sydx/contract';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Database } from '../../store/database.ts';
import type { HookAnswer, HookKind, HookRequest, OpenSource } from '../hook-kind.ts';
import { address, addresseeOf } from '../meta/addressees.ts';
import { openNotification, RECEIVED, shakeHands } from '../meta/door.ts';
import { publishObservations } from './publish-observations.ts';
import { readNotification } from './read.ts';

interface Parts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** The WhatsApp Cloud API at a source's URL. */
export function createWhatsappHook(parts: Parts): HookKind {
  return {
    bodyLimitBytes: LIMITS.sourceBodyBytes,
    get: (source, request) => shakeHands(source, request, 'WhatsApp'),
    post: (source, request) => receive(parts, source, request),
  };
}

/**
 * Takes a notification in: answered once it is on disk. What was not understood is a line in the log.
 *
 * @throws ProblemError invalid_signature, or what publishing throws: then Meta sends it again
 */
async function receive(
  parts: Parts,
  source: OpenSource,
  request: HookRequest,
): Promise<HookAnswer> {
  const log = parts.log.child({ sourceId: source.id });
  const notification = openNotification(source, request, log);
  if (notification === undefined) return RECEIVED;
  const { observations, unknown } = readNotification(notification);
  if (unknown.length > 0) log.info({ unknown }, 'A notification holds what we do not know.');

  const settings = SOURCE_KINDS.whatsapp.shown.parse(source.settings);
  const { routes = {}, phoneNumberIds } = settings;
  const addressee = await addresseeOf(parts.database, source, routes, phoneNumberIds);
  const numberOf = (one: (typeof observations)[number]) => one.phoneNumberId;
  const { byTenant, strangers } = address(observations, numberOf, addressee);
  if (strangers.length > 0) {
    log.info(
      { phoneNumberIds: strangers.slice(0, 50) },
      'A notification is about numbers that this source does not publish for.',
    );
  }
  for (const [tenant, own] of byTenant) {
    if (tenant.plan === PRO_PLAN)
      await publishObservations(parts, tenant, own, settings.leadFields);
    else {
      log.info(
        { tenantId: tenant.id, notPublished: own.length },
        'The plan of the tenant does not include Outbound Webhooks; nothing was published.',
      );
    }
  }
  return RECEIVED;
}
