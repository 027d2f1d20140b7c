import type { Scope } from '@sydx/contract';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { ActingTenant, CallerKind, Principal } from './principal.ts';

/** What a route asks of its caller. */
export interface Access {
  /** `session`: it is about the caller's own session, whatever the role and the plan. */
  readonly of: 'tenant' | 'session';
  /** Null: whoever may call at all. */
  readonly scope: Scope | null;
  /** `required`: an operator has to name the tenant. `optional`: tenantOf may be null. */
  readonly tenant: 'required' | 'optional';
  readonly callers: readonly CallerKind[];
}

/** A route that is how one comes in: it asks for nobody. */
export const OPEN = 'open';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access | typeof OPEN;
  }
  interface FastifyRequest {
    principal: Principal | null;
    actingTenant: ActingTenant | null;
  }
}

/**
 * What a route needs, spread into its options: `{ ...requires('webhooks:admin'), schema }`. A route
 * under /v1 without it stops the start.
 *
 * @param scope null for whoever may call at all. `operator` routes act in no tenant, the others in one
 * @param options `callers`: keys and signed-in people unless it says otherwise. A portal reaches only
 *   what names it
 */
export function requires(
  scope: Scope | null,
  options: Partial<Pick<Access, 'tenant' | 'callers'>> = {},
): { config: FastifyContextConfig } {
  const tenant = scope === null || scope === 'operator' ? 'optional' : 'required';
  const callers = ['key', 'person'] as const;
  return { config: { access: { of: 'tenant', scope, tenant, callers, ...options } } };
}

/** Webhooks and their logs: what a portal link opens as well. */
export const WITH_PORTAL: Pick<Access, 'callers'> = { callers: ['key', 'person', 'portal'] };

/** For routes about the caller's own session, which agents and tenants of every plan have. */
export function requiresSession(...callers: readonly CallerKind[]): {
  config: FastifyContextConfig;
} {
  return { config: { access: { of: 'session', scope: null, tenant: 'optional', callers } } };
}

/** For routes by which one comes in. */
export function openToAll(): { config: FastifyContextConfig } {
  return { config: { access: OPEN } };
}

/** Who calls. @throws Error on a route that asks for nobody: a mistake of ours */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('This route asked for no key.');
  return request.principal;
}

/** The tenant that the request acts in. @throws Error when the route did not require one */
export function tenantOf(request: FastifyRequest): ActingTenant {
  if (request.actingTenant === null) throw new Error('This route required no tenant.');
  return request.actingTenant;
}
