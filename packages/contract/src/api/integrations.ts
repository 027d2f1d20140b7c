import { z } from 'zod';

/**
 * Who makes webhooks by itself and takes them away again. Published ones are never renamed. A webhook
 * of an integration is a REST hook: its receiver ends the subscription by `410 Gone`.
 */
export const INTEGRATIONS = ['n8n', 'zapier', 'make'] as const;
export const Integration = z.enum(INTEGRATIONS).meta({
  id: 'Integration',
  description: 'The integration that made a webhook; `410 Gone` from its receiver deletes it',
});
export type Integration = z.output<typeof Integration>;
