import { z } from 'zod';
import { DeliveryStatus } from './deliveries.ts';
import { idOf, time } from './fields.ts';

const counts = { success: z.int(), failed: z.int() };

const entry = z
  .object({
    webhookId: idOf('whk'),
    total: z.int().meta({ description: 'success + failed' }),
    ...counts,
    successRate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: 'success ÷ total, null when there are none' }),
    buckets: z
      .array(z.object({ from: time, ...counts }))
      .meta({ description: '24 hours of UTC, oldest first, the present one last' }),
    failingSince: time.nullable().meta({
      description:
        'The end of the first of the deliveries that failed in a row; null while it does well',
    }),
    lastDelivery: z
      .object({
        at: time.meta({ description: 'When it ended' }),
        status: DeliveryStatus,
        statusCode: z.int().nullable(),
        error: z.string().nullable().meta({ description: 'Its stable code' }),
      })
      .nullable()
      .meta({ description: 'The newest that ended, as far as the log reaches' }),
  })
  .meta({ id: 'WebhookHealthEntry' });

/** Every webhook's last 24 hours at a glance. test.ping is left out. */
export const WebhookHealth = z.object({ data: z.array(entry) }).meta({ id: 'WebhookHealth' });
export type WebhookHealth = z.output<typeof WebhookHealth>;
