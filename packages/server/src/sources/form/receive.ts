import { LIMITS, PRO_PLAN, SOURCE_KINDS } from '@sydx/contract';
import { fingerprint } from '../../base/fingerprint.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Metrics } from '../../base/metrics.ts';
import { networkOf } from '../../base/network.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Engine } from '../../engine/engine.ts';
import { deliveredBody } from '../../exact/index.ts';
import type { Database } from '../../store/database.ts';
import { takeFirstSeen } from '../../store/first-seen.ts';
import type { SourceTenant } from '../../store/sources.ts';
import type { HookAnswer, HookHead, HookKind, HookRequest, OpenSource } from '../hook-kind.ts';
import { accepted, presentRefusal } from './answer.ts';
import { type FormReading, type FormSettings, readLead } from './lead.ts';
import { takeSubmission } from './limits.ts';
import { corsHeaders, isAllowedOrigin, PREFLIGHT_HEADERS } from './origin.ts';
import { readSubmission } from './submission.ts';

interface Parts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'formSubmissions'>;
}

/** For how long the same answers from the same network are a second click: a minute. */
const DOUBLE_CLICK_DAYS = 1 / 24 / 60;
/** For how long the page's own id of a submission is remembered. */
const KEEP_ID_DAYS = 1;
const LONGEST_LOGGED_ORIGIN = 200;

/**
 * Forms of web sites at a source's URL: a plain HTML form, or a script. Its verification is the page's
 * origin; limits and the honeypot keep floods and robots out.
 */
export function createFormHook(parts: Parts): HookKind {
  return {
    bodyLimitBytes: LIMITS.formBodyBytes,
    get: refuseGet,
    post: (source, request) => receive(parts, source, request),
    preflight,
    headers: (source, { headers }) => corsHeaders(settingsOf(source).allowedOrigins, headers),
    admit: (source, head) => admit(parts, source, head),
    presentRefusal,
  };
}

function settingsOf({ settings }: OpenSource): FormSettings {
  return SOURCE_KINDS.form.shown.parse(settings);
}

function refuseGet(): never {
  throw new ProblemError('bad_request', {
    detail: 'This URL is for a form: enter it as the action of the form, with the method post.',
  });
}

/** @throws ProblemError origin_refused */
function preflight(source: OpenSource, { headers }: HookHead): HookAnswer {
  refuseOtherOrigins(settingsOf(source), headers);
  return { status: 204, contentType: 'text/plain', headers: PREFLIGHT_HEADERS, body: '' };
}

/** @throws ProblemError origin_refused, rate_limited */
async function admit(
  { database, log, metrics }: Parts,
  source: OpenSource,
  { headers, address }: HookHead,
): Promise<void> {
  const settings = settingsOf(source);
  try {
    refuseOtherOrigins(settings, headers);
    await takeSubmission(database, source.id, address, settings);
  } catch (error) {
    if (error instanceof ProblemError) {
      metrics.formSubmissions.inc({ result: error.code });
      // At debug and cut: whoever sends it chooses it, and comes here as often as it likes.
      const origin = headers.origin?.slice(0, LONGEST_LOGGED_ORIGIN);
      log.debug({ sourceId: source.id, origin, code: error.code }, 'A form was refused.');
    }
    throw error;
  }
}

function refuseOtherOrigins(settings: FormSettings, headers: HookHead['headers']): void {
  if (isAllowedOrigin(settings.allowedOrigins, headers)) return;
  throw new ProblemError('origin_refused', {
    detail:
      headers.origin === undefined
        ? "The request has no header Origin. Add no-origin to the source's allowedOrigins to let servers in."
        : "The page's origin is not in the source's allowedOrigins.",
  });
}

/**
 * Takes a submission in: lead.captured is on disk when the form is told so.
 *
 * @throws ProblemError for what is no form, or an empty one; what publishing throws: then the visitor
 *   sends it again
 */
async function receive(
  parts: Parts,
  source: OpenSource,
  { body, ...head }: HookRequest,
): Promise<HookAnswer> {
  const settings = settingsOf(source);
  const reading = await read(source, settings, head, body).catch((error: unknown) => {
    if (error instanceof ProblemError) parts.metrics.formSubmissions.inc({ result: error.code });
    throw error;
  });
  const result = reading.isRobot ? 'robot' : await publish(parts, source, head, reading);
  parts.metrics.formSubmissions.inc({ result });
  // As if it had been taken: a robot that hears of its mistake tries something else.
  return { ...accepted(settings, head), isDropped: reading.isRobot };
}

async function read(
  source: OpenSource,
  settings: FormSettings,
  { contentType, headers }: HookHead,
  body: Buffer,
): Promise<FormReading> {
  const submission = await readSubmission(contentType, body);
  const reading = readLead(submission, settings, source.name, headers.referer);
  if (!reading.isEmpty || reading.isRobot) return reading;
  throw new ProblemError('invalid_body', { detail: 'The form is empty: no field says anything.' });
}

async function publish(
  { engine, clock, log }: Parts,
  source: OpenSource,
  { address }: HookHead,
  reading: FormReading,
): Promise<'published' | 'repeat' | 'plan'> {
  const tenant = tenantOf(source);
  if (tenant.plan !== PRO_PLAN) {
    log.info(
      { sourceId: source.id, tenantId: tenant.id },
      'The plan of the tenant does not include Outbound Webhooks; a form was not published.',
    );
    return 'plan';
  }
  const { data, submissionId, answers } = reading;
  const timestamp = new Date(clock.now()).toISOString();
  const made = deliveredBody({ type: 'lead.captured', timestamp, tenantId: tenant.id, data });
  // answers.ts and lead.ts keep within the limits whatever came.
  if (!made.ok) throw new Error(`An event of a source is not deliverable: ${made.code}.`);
  const event = { tenantNo: tenant.no, type: 'lead.captured', body: made.body } as const;

  // With the answers beside the id: a page that gives everybody the same id loses nobody.
  const content = JSON.stringify([...answers]);
  const owner = [String(tenant.no), 'form', source.id] as const;
  const key =
    submissionId === undefined
      ? fingerprint(...owner, 'content', networkOf(address), content)
      : fingerprint(...owner, 'id', submissionId, content);
  const keptDays = submissionId === undefined ? DOUBLE_CLICK_DAYS : KEEP_ID_DAYS;
  let isRepeat = false;
  await engine.publishWith(async (transaction) => {
    isRepeat = (await takeFirstSeen(transaction, [key], keptDays)).size === 0;
    return isRepeat ? [] : [event];
  });
  return isRepeat ? 'repeat' : 'published';
}

function tenantOf({ id, tenant }: OpenSource): SourceTenant {
  if (tenant === null) throw new Error(`The source ${id} has no tenant.`);
  return tenant;
}
