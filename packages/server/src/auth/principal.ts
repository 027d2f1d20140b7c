import type { Role, Scope } from '@sydx/contract';

/** The tenant that a request acts in. */
export interface ActingTenant {
  readonly no: number;
  /** The readable id, which delivered bodies carry. */
  readonly id: string;
  readonly plan: string;
}

/** A program with an API key. */
export interface KeyPrincipal {
  readonly kind: 'key';
  /** Decimal. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Null for an operator, who acts in the tenant that the header Sydx-Tenant names. */
  readonly tenant: ActingTenant | null;
}

/** A person who signed in; the role is the one in `tenant`. */
export interface PersonPrincipal {
  readonly kind: 'person';
  /** Decimal, as `personId`. */
  readonly sessionId: string;
  readonly personId: string;
  readonly role: Role;
  readonly tenant: ActingTenant;
}

/** Whoever opened a portal link: admin of one tenant, for webhooks and logs alone. */
export interface PortalPrincipal {
  readonly kind: 'portal';
  /** Decimal. */
  readonly sessionId: string;
  /** Decimal: the link that opened it. Null: a version before this one opened it. */
  readonly linkId: string | null;
  readonly tenant: ActingTenant;
}

/** Who calls. */
export type Principal = KeyPrincipal | PersonPrincipal | PortalPrincipal;
export type CallerKind = Principal['kind'];

/**
 * Whether the caller holds a scope. An operator holds every scope of the tenant it acts in, and so do
 * an admin and a portal of theirs; what a portal reaches of that is each route's to say.
 */
export function holds(principal: Principal, scope: Scope): boolean {
  if (principal.kind === 'key' && principal.scopes.has(scope)) return true;
  if (scope === 'operator') return false;
  if (principal.kind === 'key') return principal.scopes.has('operator');
  if (principal.kind === 'person') return principal.role === 'admin';
  return scope === 'deliveries:read' || scope === 'webhooks:admin';
}
