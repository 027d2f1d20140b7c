import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { subscribedEvents } from './event-types.ts';
import { idOf, name, time } from './fields.ts';
import { WebhookFilter } from './filters.ts';
import { Integration } from './integrations.ts';
import { pageOf } from './page.ts';

/** Only its length is judged here; the address guard judges where it leads (`url_refused`). */
const url = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LIMITS.urlCharacters, `must have at most ${LIMITS.urlCharacters} characters`);

export const CreateWebhook = z
  .strictObject({
    name,
    url,
    events: subscribedEvents,
    filter: WebhookFilter.nullable().optional(),
    integration: Integration.nullable().optional(),
  })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.output<typeof CreateWebhook>;

export const PatchWebhook = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    events: subscribedEvents.optional(),
    enabled: z.boolean().optional(),
    filter: WebhookFilter.nullable().optional().meta({ description: 'null takes it away' }),
  })
  .meta({ id: 'PatchWebhook' });
export type PatchWebhook = z.output<typeof PatchWebhook>;

const webhook = {
  id: idOf('whk'),
  name: z.string(),
  url: z.string().meta({ description: 'As it was stored: normalised, without fragment' }),
  events: z.array(z.string()),
  enabled: z.boolean(),
  filter: WebhookFilter.nullable().meta({
    description: 'Which of these events it gets; null: all of them',
  }),
  integration: Integration.nullable().meta({
    description: 'The integration that made it, set when it was created; null: nobody but people',
  }),
  secretHint: z.string().meta({ description: 'The last 4 characters of the secret' }),
  failingSince: time.nullable().meta({
    description:
      'The end of the first of the deliveries that failed in a row; null while it does well',
  }),
  createdAt: time,
  updatedAt: time,
};

export const Webhook = z.object(webhook).meta({ id: 'Webhook' });
export type Webhook = z.output<typeof Webhook>;

export const WebhookPage = pageOf('WebhookPage', Webhook);

const warning = z
  .string()
  .optional()
  .meta({ description: 'What is odd about the URL, such as a host name that does not exist yet' });

const secret = z.string().meta({ description: 'whsec_…, shown this once and never again' });

export const CreatedWebhook = z
  .object({ ...webhook, secret, warning })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhook = z.output<typeof CreatedWebhook>;

/** Enabling again offers to replay what disabling cancelled. */
export const PatchedWebhook = z
  .object({
    ...webhook,
    warning,
    replayOffer: z
      .object({ from: time, status: z.literal('cancelled'), count: z.int() })
      .optional()
      .meta({ description: 'A body for POST …/replay, when disabling cancelled deliveries' }),
  })
  .meta({ id: 'PatchedWebhook' });
export type PatchedWebhook = z.output<typeof PatchedWebhook>;

export const RotatedSecret = z.object({ secret }).meta({ id: 'RotatedSecret' });
