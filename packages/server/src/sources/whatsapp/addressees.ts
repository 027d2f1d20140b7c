import type { SourceTenant } from '../../store/sources.ts';
import type { Observation } from './observation.ts';

/** Whose an observation is, by the business number that it came through; null: nobody's. */
export type Addressee = (phoneNumberId: string | null) => SourceTenant | null;

export interface Addressed {
  /** In the notification's order. */
  readonly byTenant: ReadonlyMap<SourceTenant, Observation[]>;
  /** Numbers that belong to nobody here, each once. */
  readonly strangers: readonly (string | null)[];
}

/** A tenant's own source: everything, or what came through the numbers that the admin listed. */
export function tenantsOwn(
  tenant: SourceTenant,
  phoneNumberIds: readonly string[] | undefined,
): Addressee {
  if (phoneNumberIds === undefined) return () => tenant;
  const listed = new Set<string | null>(phoneNumberIds);
  return (phoneNumberId) => (listed.has(phoneNumberId) ? tenant : null);
}

/** An operator's source: one Meta app posts all businesses to one URL, and numbers tell them apart. */
export function routed(
  routes: Readonly<Record<string, string>>,
  tenants: ReadonlyMap<string, SourceTenant>,
): Addressee {
  const tenantIds = new Map<string | null, string>(Object.entries(routes));
  return (phoneNumberId) => tenants.get(tenantIds.get(phoneNumberId) ?? '') ?? null;
}

/** Sorts observations by the tenant that they are about. */
export function address(observations: readonly Observation[], addressee: Addressee): Addressed {
  const byTenant = new Map<SourceTenant, Observation[]>();
  const strangers = new Set<string | null>();
  for (const observation of observations) {
    const tenant = addressee(observation.phoneNumberId);
    if (tenant === null) {
      strangers.add(observation.phoneNumberId);
      continue;
    }
    const own = byTenant.get(tenant);
    if (own === undefined) byTenant.set(tenant, [observation]);
    else own.push(observation);
  }
  return { byTenant, strangers: [...strangers] };
}
