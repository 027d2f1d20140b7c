import { z } from 'zod';
import { idOf, time } from './fields.ts';
import { pageOf } from './page.ts';

const rejectedEvent = z.object({
  id: idOf('rej'),
  tenantId: z.string().meta({ description: 'As it was given: there may be no such tenant' }),
  type: z.string(),
  idempotencyKey: z.string().nullable(),
  timestamp: time.nullable().meta({ description: 'When it happened, where the producer said so' }),
  number: z.string().meta({ description: 'What sydx.publish returned' }),
  publishedAt: time.meta({ description: 'When sydx.publish was called' }),
  rejectedAt: time,
  code: z
    .string()
    .meta({ description: 'The problem code that POST /v1/events would have answered' }),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
});

/** What a producer published in its own transaction and what could not be accepted. */
export const RejectedEvent = rejectedEvent.meta({ id: 'RejectedEvent' });
export type RejectedEvent = z.output<typeof RejectedEvent>;

export const RejectedEventDetail = rejectedEvent
  .extend({ data: z.string().meta({ description: 'JSON, as the producer wrote it' }) })
  .meta({ id: 'RejectedEventDetail' });
export type RejectedEventDetail = z.output<typeof RejectedEventDetail>;

export const RejectedEventPage = pageOf('RejectedEventPage', RejectedEvent);
export type RejectedEventPage = z.output<typeof RejectedEventPage>;
