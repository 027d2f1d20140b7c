import { z } from 'zod';
import { time, timestamp } from './fields.ts';

export const StatsQuery = z.strictObject({
  webhookId: z.string().optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  bucket: z.enum(['minute', 'hour', 'day']).optional(),
});
export type StatsQuery = z.output<typeof StatsQuery>;

const figures = {
  success: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  successRate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .meta({ description: 'success ÷ (success + failed), null when there are none' }),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable().meta({
    description:
      'Durations of the last attempts that got a response: exact below 128 ms, within 1 % above',
  }),
};

/** test.ping is left out. Buckets are by acceptance time; empty ones are left out too. */
export const Stats = z
  .object({
    from: time,
    to: time,
    bucket: z.enum(['minute', 'hour', 'day']),
    pending: z.int().meta({ description: 'Deliveries waiting now' }),
    total: z.object(figures),
    data: z.array(z.object({ start: time, ...figures })),
  })
  .meta({ id: 'Stats' });
export type Stats = z.output<typeof Stats>;
