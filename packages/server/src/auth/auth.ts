import type { Clock } from '../base/clock.ts';
import { type CallerRow, findCaller, touchApiKey } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import { findSession, type SessionRow, touchSession } from '../store/sessions.ts';
import { findTenant } from '../store/tenants.ts';
import { hashApiKey } from './api-key.ts';
import { FreshCache } from './fresh-cache.ts';
import type { ActingTenant, PersonPrincipal, PortalPrincipal, Principal } from './principal.ts';
import { hashToken, isPortalToken } from './tokens.ts';

/** Who calls, and in which tenant. What it says is at most a second old. */
export interface Auth {
  /**
   * @param token an API key or a portal's token, as it came in the header Authorization
   * @returns null when no such key is valid
   */
  bearer(token: string): Promise<Principal | null>;
  /** @param token as it came in the cookie @returns null when the session is over */
  session(token: string): Promise<PersonPrincipal | null>;
  /** @param id the readable id @returns null when there is no such tenant */
  tenant(id: string): Promise<ActingTenant | null>;
  /** After a change made here: this node knows it at once, the others within a second. */
  forget(): void;
}

const LONGEST_KEY = 200;

export function createAuth(parts: { database: Database; clock: Clock }): Auth {
  const { database, clock } = parts;
  const monotonicMs = () => clock.monotonic();
  const keys = new FreshCache(async (hash: string): Promise<Principal | null> => {
    const caller = await findCaller(database.auth, Buffer.from(hash, 'base64'));
    // Nobody waits for it; what fails is tried again at the next look-up.
    if (caller?.is_stale === true) touchApiKey(database.general, caller.id).catch(() => undefined);
    return caller === null ? null : keyPrincipal(caller);
  }, monotonicMs);
  const sessions = new FreshCache(async (hash: string) => {
    const row = await findSession(database.auth, Buffer.from(hash, 'base64'));
    if (row?.is_stale === true) await touchSession(database.general, row.id);
    return row === null ? null : sessionPrincipal(row);
  }, monotonicMs);
  const tenants = new FreshCache<ActingTenant>(
    (id: string) => findTenant(database.auth, id),
    monotonicMs,
  );
  return {
    async bearer(token) {
      if (token.length > LONGEST_KEY) return null;
      if (!isPortalToken(token)) return keys.get(hashApiKey(token).toString('base64'));
      const found = await sessions.get(hashToken(token).toString('base64'));
      return found?.kind === 'portal' ? found : null;
    },
    async session(token) {
      const found = await sessions.get(hashToken(token).toString('base64'));
      return found?.kind === 'person' ? found : null;
    },
    async tenant(id) {
      return tenants.get(id);
    },
    forget() {
      keys.clear();
      sessions.clear();
      tenants.clear();
    },
  };
}

function keyPrincipal({ id, scopes, tenant }: CallerRow): Principal {
  return { kind: 'key', keyId: id, scopes: new Set(scopes), tenant };
}

function sessionPrincipal(row: SessionRow): PersonPrincipal | PortalPrincipal {
  const session = {
    sessionId: row.id,
    tenant: { no: row.tenant_no, id: row.tenant_id, plan: row.plan },
  };
  return row.person === null
    ? { kind: 'portal', linkId: row.link_id, ...session }
    : { kind: 'person', personId: row.person.id, role: row.person.role, ...session };
}
