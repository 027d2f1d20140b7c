import type { Scope } from '@sydx/contract';

/** The tenant that a request acts in. */
export interface ActingTenant {
  readonly no: number;
  /** The readable id, which delivered bodies carry. */
  readonly id: string;
  readonly plan: string;
}

/** Who calls. */
export interface Principal {
  /** Decimal. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Null for an operator, who acts in the tenant that the header Sydx-Tenant names. */
  readonly tenant: ActingTenant | null;
}

/** Whether the caller holds a scope; an operator holds every scope of the tenant it acts in. */
export function holds(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || (scope !== 'operator' && principal.scopes.has('operator'));
}
