import { z } from 'zod';
import { name, tenantId, time } from './fields.ts';
import { pageOf } from './page.ts';

/** The plan that includes Outbound Webhooks; tenants of any other get 403 `plan_required`. */
export const PRO_PLAN = 'pro';

const plan = z.string().regex(/^[a-z0-9_-]{1,40}$/, 'must be 1 to 40 of a–z, 0–9, _ and -');

export const CreateTenant = z
  .strictObject({
    id: tenantId.optional(),
    name: name.optional(),
    plan: plan.default(PRO_PLAN),
  })
  .meta({ id: 'CreateTenant' });
export type CreateTenant = z.output<typeof CreateTenant>;

export const PatchTenant = z
  .strictObject({ name: name.optional(), plan: plan.optional() })
  .meta({ id: 'PatchTenant' });
export type PatchTenant = z.output<typeof PatchTenant>;

export const Tenant = z
  .object({ id: z.string(), name: z.string(), plan: z.string(), createdAt: time })
  .meta({ id: 'Tenant' });
export type Tenant = z.output<typeof Tenant>;

export const TenantPage = pageOf('TenantPage', Tenant);
