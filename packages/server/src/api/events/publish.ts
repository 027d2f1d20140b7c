import { judgeRegistered, readPublishRequest, type EventInput } from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../../auth/access.ts';
import { ofPlan } from '../../auth/guard-routes.ts';
import type { ActingTenant } from '../../auth/principal.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import { IdempotencyConflict } from '../../engine/errors.ts';
import type { LimitPublishing } from './publish-limit.ts';
import { toNewEvent } from '../../engine/new-event.ts';
import type { ApiContext } from '../context.ts';

/**
 * Publishes what a request holds, all or nothing.
 *
 * @returns the answer's text, written here: ids need no escaping, and a serializer would cost more
 *   than the rest of the answer
 * @throws ProblemError, or what Engine.publish throws
 */
export async function publish(
  request: FastifyRequest,
  context: ApiContext,
  limit: LimitPublishing | null,
): Promise<string> {
  const reading = readPublishRequest(request.body);
  if (!reading.ok) throw new ProblemError(reading.code, { errors: reading.errors });
  const { batch } = reading;
  if (limit !== null) limit(publisherOf(request), reading.events.length);
  const tenants = await tenantsOf(request, context, batch, reading.events);
  const events = await judged(reading, tenants, context);
  const acceptedAt = new Date(context.clock.now()).toISOString();
  const fresh = events.map((event, index) =>
    toNewEvent(event, tenantAt(tenants, index), acceptedAt, pointerOf(batch, index)),
  );
  const ids = await context.engine.publish(fresh).catch((error: unknown) => {
    throw error instanceof IdempotencyConflict ? conflict(batch, error) : error;
  });
  const texts = ids.map((id) => `"${formatId('evt', id)}"`);
  return batch ? `{"ids":[${texts.join(',')}]}` : `{"id":${texts[0]}}`;
}

type Reading = Extract<ReturnType<typeof readPublishRequest>, { ok: true }>;

/**
 * The events of a request, once those of registered types are judged as well; without any of them it
 * asks nobody.
 *
 * @throws ProblemError unknown_event_type, invalid_data
 */
async function judged(
  reading: Reading,
  tenants: Tenants,
  { engine }: ApiContext,
): Promise<readonly EventInput[]> {
  const typed = (index: number) => ({
    tenantNo: tenantAt(tenants, index).no,
    type: reading.events[index]?.type ?? '',
  });
  const { unjudged } = reading;
  const schemaOf =
    unjudged.length === 0 ? null : await engine.eventTypes.schemasOf(unjudged.map(typed));
  const judgement = judgeRegistered(reading, (index) => schemaOf?.(typed(index)));
  if (!judgement.ok) throw new ProblemError(judgement.code, { errors: judgement.errors });
  return judgement.events;
}

/** Where an event stands in its request. */
function pointerOf(batch: boolean, index: number): string {
  return batch ? `/events/${index}` : '';
}

/** Admins who are signed in publish as well: each counts like a key. */
function publisherOf(request: FastifyRequest): string {
  const principal = principalOf(request);
  return principal.kind === 'key' ? principal.keyId : `session ${principal.sessionId}`;
}

function conflict(batch: boolean, error: IdempotencyConflict): ProblemError {
  const pointer = `${pointerOf(batch, error.index)}/idempotencyKey`;
  return new ProblemError('idempotency_conflict', {
    errors: [{ pointer, detail: 'was used before with another content' }],
    cause: error,
  });
}

/** One for all of the request, or one for each of its events. */
type Tenants = ActingTenant | readonly ActingTenant[];

function tenantAt(tenants: Tenants, index: number): ActingTenant {
  const tenant = 'id' in tenants ? tenants : tenants[index];
  if (tenant === undefined) throw new Error('An event has no tenant.');
  return tenant;
}

/**
 * Whose the events are: the key's tenant, or for an operator the one that each event names, else the
 * one of the header Sydx-Tenant.
 *
 * @throws ProblemError not_found, plan_required, invalid_body
 */
async function tenantsOf(
  request: FastifyRequest,
  { auth }: ApiContext,
  batch: boolean,
  events: Reading['events'],
): Promise<Tenants> {
  const acting = request.actingTenant;
  const named = events.some(({ tenantId }) => tenantId !== undefined && tenantId !== acting?.id);
  if (acting !== null && !named) return acting;
  const isOperator = principalOf(request).tenant === null;
  const known = new Map<string, ActingTenant>();
  const tenants: ActingTenant[] = [];
  for (const [index, { tenantId = acting?.id }] of events.entries()) {
    const pointer = `${pointerOf(batch, index)}/tenantId`;
    if (tenantId === undefined) {
      throw new ProblemError('invalid_body', {
        errors: [{ pointer, detail: "is required with an operator's key" }],
      });
    }
    let tenant = tenantId === acting?.id ? acting : known.get(tenantId);
    if (tenant === undefined) {
      const found = isOperator ? await auth.tenant(tenantId) : null;
      if (found === null) {
        throw new ProblemError('not_found', {
          detail: 'There is no tenant of this id that the key may publish for.',
          errors: [{ pointer, detail: 'is not a tenant of this key' }],
        });
      }
      tenant = ofPlan(found);
      known.set(tenantId, tenant);
    }
    tenants.push(tenant);
  }
  return tenants;
}
