import { LIMITS, PRO_PLAN, SOURCE_KINDS } from '@sydx/contract';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Engine } from '../../engine/engine.ts';
import { parseLenient } from '../../exact/index.ts';
import type { Database } from '../../store/database.ts';
import { findSourceTenants } from '../../store/sources.ts';
import {
  type HookAnswer,
  type HookKind,
  type HookRequest,
  type OpenSource,
  secretOf,
} from '../hook-kind.ts';
import { address, type Addressee, routed, tenantsOwn } from './addressees.ts';
import { answerHandshake } from './handshake.ts';
import { publishObservations } from './publish-observations.ts';
import { readNotification } from './read.ts';
import { isSignedByMeta } from './signature.ts';

interface Parts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

type Settings = ReturnType<typeof SOURCE_KINDS.whatsapp.shown.parse>;

/** Meta reads the status alone; the words are for people with curl. */
const RECEIVED: HookAnswer = {
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body: 'EVENT_RECEIVED',
};

/** The WhatsApp Cloud API at a source's URL. */
export function createWhatsappHook(parts: Parts): HookKind {
  return {
    bodyLimitBytes: LIMITS.sourceBodyBytes,
    get: shakeHands,
    post: (source, request) => receive(parts, source, request),
  };
}

/** @throws ProblemError verification_failed, or bad_request for what is no handshake */
function shakeHands(source: OpenSource, { query }: HookRequest): HookAnswer {
  const answer = answerHandshake(query, secretOf(source, 'verifyToken'));
  if (answer.accepted) return { status: 200, contentType: answer.contentType, body: answer.body };
  if (answer.reason === 'wrong_token') throw new ProblemError('verification_failed');
  throw new ProblemError('bad_request', {
    detail:
      'This URL is for WhatsApp: enter it as the callback URL of the Meta app, with the verify ' +
      'token of this source.',
  });
}

/**
 * Takes a notification in. Everything signed is answered 200 once it is on disk, also what says
 * nothing to us: Meta repeats for days what is refused and then ends the subscription, and the same
 * bytes will never read better. What was not understood is a line in the log.
 *
 * @throws ProblemError invalid_signature, or what publishing throws: then Meta sends it again
 */
async function receive(
  parts: Parts,
  source: OpenSource,
  { headers, body }: HookRequest,
): Promise<HookAnswer> {
  const log = parts.log.child({ sourceId: source.id });
  if (!isSignedByMeta(body, headers['x-hub-signature-256'], secretOf(source, 'appSecret'))) {
    log.info('A notification was refused: it is not signed with the app secret of this source.');
    throw new ProblemError('invalid_signature');
  }
  const parsed = parseLenient(body.toString('utf8'));
  if (!parsed.ok) {
    log.warn({ bytes: body.length }, 'A signed notification is not JSON; nothing was published.');
    return RECEIVED;
  }
  const { observations, unknown } = readNotification(parsed.value);
  if (unknown.length > 0) log.info({ unknown }, 'A notification holds what we do not know.');

  const settings = SOURCE_KINDS.whatsapp.shown.parse(source.settings);
  const { byTenant, strangers } = address(observations, await addresseeOf(parts, source, settings));
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

async function addresseeOf(
  { database }: Parts,
  source: OpenSource,
  { routes = {}, phoneNumberIds }: Settings,
): Promise<Addressee> {
  if (source.tenant !== null) return tenantsOwn(source.tenant, phoneNumberIds);
  const tenantIds = [...new Set(Object.values(routes))];
  return routed(routes, await findSourceTenants(database.general, tenantIds));
}
