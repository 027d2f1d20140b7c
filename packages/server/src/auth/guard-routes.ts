import { PRO_PLAN } from '@sydx/contract';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { ProblemError } from '../base/problem.ts';
import { type Access, OPEN } from './access.ts';
import type { Auth } from './auth.ts';
import { refuseCrossSite } from './cross-site.ts';
import { type ActingTenant, holds, type Principal } from './principal.ts';
import { readSessionCookie } from './session-cookie.ts';

/** RFC 6750 section 3: a 401 says how to come in. */
const CHALLENGE = 'Bearer realm="sydx"';

/**
 * A request to a route by which one comes in: an e-mail address, a password, a token. Anybody may send
 * one, so nobody makes us read and judge the 8 MiB that a producer may send.
 */
const OPEN_REQUEST_BYTES = 32 * 1024;

interface GuardParts {
  readonly auth: Auth;
  readonly publicUrl: () => string;
}

/**
 * Puts a guard before every route under /v1 that is registered afterwards, by what the route
 * `requires`. It asks before the body is read. A route that says nothing stops the start, so that
 * none is open by mistake.
 */
export function guardRoutes(app: FastifyInstance, parts: GuardParts): void {
  const { auth, publicUrl } = parts;
  app.decorateRequest('principal', null);
  app.decorateRequest('actingTenant', null);

  const guard: onRequestAsyncHookHandler = async (request, reply) => {
    // Answers hold what is shown once, and what only this caller may see.
    void reply.header('cache-control', 'no-store');
    const { access } = request.routeOptions.config;
    if (access === undefined) throw new Error('A guarded route lost what it requires.');
    if (access === OPEN) {
      refuseCrossSite(request, publicUrl());
      return;
    }
    const principal = await authenticate(request, parts);
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
    if (access === OPEN) route.bodyLimit = OPEN_REQUEST_BYTES;
    route.schema = { ...route.schema, security: access === OPEN ? [] : securityOf(access) };
  });
}

/** One alternative for each kind of caller. OpenAPI 3.1 lets every scheme name the scopes it takes. */
function securityOf({ scope, callers }: Access): Record<string, readonly string[]>[] {
  const schemes = { key: 'apiKey', person: 'session', portal: 'portal' } as const;
  const scopes = scope === null ? [] : [scope];
  return callers
    .filter((caller) => scope !== 'operator' || caller === 'key')
    .map((caller) => ({ [schemes[caller]]: scopes }));
}

/**
 * By the header Authorization, else by the session's cookie. Only what the browser adds by itself can
 * be misused by other sites, so only the cookie is judged by where the request comes from.
 *
 * @throws ProblemError unauthorized, session_ended, cross_site_refused
 */
async function authenticate(
  request: FastifyRequest,
  { auth, publicUrl }: GuardParts,
): Promise<Principal> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
    const principal = token === undefined ? null : await auth.bearer(token);
    if (principal !== null) return principal;
    throw new ProblemError('unauthorized', {
      headers: {
        'www-authenticate': token === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
      },
    });
  }
  const token = readSessionCookie(publicUrl(), cookie);
  if (token === null) {
    throw new ProblemError('unauthorized', { headers: { 'www-authenticate': CHALLENGE } });
  }
  refuseCrossSite(request, publicUrl());
  const principal = await auth.session(token);
  if (principal !== null) return principal;
  throw new ProblemError('session_ended', { headers: { 'www-authenticate': CHALLENGE } });
}

/** @throws ProblemError admin_only, portal_only, forbidden */
function authorize(principal: Principal, { of, scope, callers }: Access): void {
  if (of === 'tenant' && principal.kind === 'person' && principal.role !== 'admin') {
    throw new ProblemError('admin_only');
  }
  if (!callers.includes(principal.kind)) {
    if (principal.kind === 'portal') throw new ProblemError('portal_only');
    throw new ProblemError('forbidden', {
      detail:
        principal.kind === 'key'
          ? 'This is for people who sign in; an API key has no session.'
          : 'This is for programs: call it with an API key.',
    });
  }
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
    return access.of === 'session' ? principal.tenant : ofPlan(principal.tenant);
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
