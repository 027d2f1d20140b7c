import type { Clock } from '../base/clock.ts';
import { type CallerRow, findCaller } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import { findTenant } from '../store/tenants.ts';
import { hashApiKey } from './api-key.ts';
import { FreshCache } from './fresh-cache.ts';
import type { ActingTenant, Principal } from './principal.ts';

/** Who calls, and in which tenant. What it says is at most a second old. */
export interface Auth {
  /** @param key as it came in the header @returns null when no such key is valid */
  principal(key: string): Promise<Principal | null>;
  /** @param id the readable id @returns null when there is no such tenant */
  tenant(id: string): Promise<ActingTenant | null>;
  /** After a change made here: this node knows it at once, the others within a second. */
  forget(): void;
}

const LONGEST_KEY = 200;

export function createAuth(parts: { database: Database; clock: Clock }): Auth {
  const { database, clock } = parts;
  const monotonicMs = () => clock.monotonic();
  const principals = new FreshCache(async (hash: string) => {
    const caller = await findCaller(database.general, Buffer.from(hash, 'base64'));
    return caller === null ? null : toPrincipal(caller);
  }, monotonicMs);
  const tenants = new FreshCache<ActingTenant>(
    (id: string) => findTenant(database.general, id),
    monotonicMs,
  );
  return {
    async principal(key) {
      if (key.length > LONGEST_KEY) return null;
      return principals.get(hashApiKey(key).toString('base64'));
    },
    async tenant(id) {
      return tenants.get(id);
    },
    forget() {
      principals.clear();
      tenants.clear();
    },
  };
}

function toPrincipal({ id, scopes, tenant }: CallerRow): Principal {
  return { keyId: id, scopes: new Set(scopes), tenant };
}
