import type { Database } from '../../store/database.ts';
import { findSourceTenants, type SourceTenant } from '../../store/sources.ts';
import type { OpenSource } from '../hook-kind.ts';

/** Whose something is, by the id of Meta that it came through (a number, a page); null: nobody's. */
export type Addressee = (id: string | null) => SourceTenant | null;

export interface Addressed<Item> {
  /** In the notification's order. */
  readonly byTenant: ReadonlyMap<SourceTenant, Item[]>;
  /** Ids that belong to nobody here, each once. */
  readonly strangers: readonly (string | null)[];
}

/**
 * Whom a source publishes for. A tenant's own source: everything, or what came through the ids that
 * the admin listed. An operator's: one Meta app posts all businesses to one URL, and ids tell them
 * apart.
 */
export async function addresseeOf(
  database: Pick<Database, 'general'>,
  { tenant }: Pick<OpenSource, 'tenant'>,
  routes: Readonly<Record<string, string>>,
  listed: readonly string[] | undefined,
): Promise<Addressee> {
  if (tenant !== null) return tenantsOwn(tenant, listed);
  const tenantIds = [...new Set(Object.values(routes))];
  return routed(routes, await findSourceTenants(database.general, tenantIds));
}

function tenantsOwn(tenant: SourceTenant, ids: readonly string[] | undefined): Addressee {
  if (ids === undefined) return () => tenant;
  const listed = new Set<string | null>(ids);
  return (id) => (listed.has(id) ? tenant : null);
}

function routed(
  routes: Readonly<Record<string, string>>,
  tenants: ReadonlyMap<string, SourceTenant>,
): Addressee {
  const tenantIds = new Map<string | null, string>(Object.entries(routes));
  return (id) => tenants.get(tenantIds.get(id) ?? '') ?? null;
}

/**
 * Sorts what a notification says by the tenant that it is about.
 *
 * @param idOf the id of Meta that an item came through
 */
export function address<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string | null,
  addressee: Addressee,
): Addressed<Item> {
  const byTenant = new Map<SourceTenant, Item[]>();
  const strangers = new Set<string | null>();
  for (const item of items) {
    const id = idOf(item);
    const tenant = addressee(id);
    if (tenant === null) {
      strangers.add(id);
      continue;
    }
    const own = byTenant.get(tenant);
    if (own === undefined) byTenant.set(tenant, [item]);
    else own.push(item);
  }
  return { byTenant, strangers: [...strangers] };
}
