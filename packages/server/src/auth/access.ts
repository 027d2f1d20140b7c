import type { Scope } from '@sydx/contract';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { ActingTenant, Principal } from './principal.ts';

/** What a route asks of its caller. */
export interface Access {
  /** Null: any valid key. */
  readonly scope: Scope | null;
  /** `required`: an operator has to name the tenant. `optional`: tenantOf may be null. */
  readonly tenant: 'required' | 'optional';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
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
 * @param scope null for any valid key. `operator` routes act in no tenant, the others in one
 */
export function requires(
  scope: Scope | null,
  tenant: Access['tenant'] = scope === null || scope === 'operator' ? 'optional' : 'required',
): { config: FastifyContextConfig } {
  return { config: { access: { scope, tenant } } };
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
