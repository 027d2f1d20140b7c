import { PRO_PLAN } from '@sydx/contract';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { ProblemError } from '../base/problem.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';
import { type ActingTenant, holds, type Principal } from './principal.ts';

/** RFC 6750 section 3: a 401 says how to come in. */
const CHALLENGE = 'Bearer realm="sydx"';

/**
 * Puts a guard before every route under /v1 that is registered afterwards, by what the route
 * `requires`. It asks before the body is read. A route that says nothing stops the start, so that
 * none is open by mistake.
 */
export function guardRoutes(app: FastifyInstance, auth: Auth): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('actingTenant', null);

  const guard: onRequestAsyncHookHandler = async (request, reply) => {
    // Answers hold what is shown once, and what only this caller may see.
    void reply.header('cache-control', 'no-store');
    const { access } = request.routeOptions.config;
    if (access === undefined) throw new Error('A guarded route lost what it requires.');
    const principal = await authenticate(request, auth);
    authorize(principal, access);
    request.principal = principal;
    request.actingTenant = await actIn(request, principal, access, auth);
  };

  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/')) return;
    const access = route.config?.access;
    if (access === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not say what it requires.`);
    }
    // The test that tries every route as a stranger walks the OpenAPI document.
    if (route.schema?.hide === true) {
      throw new Error(`${String(route.method)} ${route.url} is hidden from the OpenAPI document.`);
    }
    const hooks = [route.onRequest ?? []].flat();
    // The HEAD route that Fastify derives from a GET has it already.
    if (!hooks.includes(guard)) route.onRequest = [guard, ...hooks];
    route.schema = {
      ...route.schema,
      security: [{ apiKey: access.scope === null ? [] : [access.scope] }],
    };
  });
}

/** @throws ProblemError unauthorized */
async function authenticate(request: FastifyRequest, auth: Auth): Promise<Principal> {
  const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const principal = key === undefined ? null : await auth.principal(key);
  if (principal !== null) return principal;
  throw new ProblemError('unauthorized', {
    headers: {
      'www-authenticate': key === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
    },
  });
}

/** @throws ProblemError forbidden */
function authorize(principal: Principal, { scope }: Access): void {
  if (scope === null || holds(principal, scope)) return;
  throw new ProblemError('forbidden', {
    detail: `This needs a key with the scope ${scope}. Ask an admin for one.`,
  });
}

/** @throws ProblemError not_found, bad_request or plan_required */
async function actIn(
  request: FastifyRequest,
  principal: Principal,
  access: Access,
  auth: Auth,
): Promise<ActingTenant | null> {
  const named = request.headers['sydx-tenant'];
  if (principal.tenant !== null) {
    if (named !== undefined && named !== principal.tenant.id) throw strangeTenant();
    return ofPlan(principal.tenant);
  }
  if (access.scope === 'operator') return null;
  if (typeof named === 'string') {
    const tenant = await auth.tenant(named);
    if (tenant === null) throw strangeTenant();
    return ofPlan(tenant);
  }
  if (access.tenant === 'optional') return null;
  throw new ProblemError('bad_request', {
    detail: 'An operator names the tenant to act in by the header Sydx-Tenant.',
  });
}

function strangeTenant(): ProblemError {
  return new ProblemError('not_found', {
    detail: 'There is no tenant of this id that the key could act in.',
  });
}

/** @throws ProblemError plan_required */
export function ofPlan(tenant: ActingTenant): ActingTenant {
  if (tenant.plan !== PRO_PLAN) throw new ProblemError('plan_required');
  return tenant;
}
