/** How a CRM that embeds the dashboard opens it for one of its own admins. */
import { z } from 'zod';
import { time } from './fields.ts';
import { linkToken } from './links.ts';

export const OpenPortal = z.strictObject({ token: linkToken }).meta({ id: 'OpenPortal' });
export type OpenPortal = z.output<typeof OpenPortal>;

export const PortalSession = z
  .object({
    token: z.string().meta({ description: 'For Authorization: Bearer, of webhooks and logs only' }),
    expiresAt: time,
    tenant: z.object({ id: z.string(), name: z.string(), plan: z.string() }),
  })
  .meta({ id: 'PortalSession' });
export type PortalSession = z.output<typeof PortalSession>;
