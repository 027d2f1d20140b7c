import { z } from 'zod';
import { idOf, time, timestamp } from './fields.ts';

/** What the latest delivery of an event may have come to for the event to be replayed. */
const finalStatus = z.enum(['success', 'failed', 'cancelled']);

export const StartReplay = z
  .strictObject({
    from: timestamp,
    to: timestamp.optional(),
    status: finalStatus.default('failed'),
    dryRun: z.boolean().default(false),
  })
  .refine(({ from, to }) => to === undefined || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'must be later than from',
  })
  .meta({ id: 'StartReplay' });
export type StartReplay = z.output<typeof StartReplay>;

export const ReplayCount = z.object({ count: z.int() }).meta({ id: 'ReplayCount' });
export const StartedReplay = z
  .object({ id: idOf('rpl'), count: z.int() })
  .meta({ id: 'StartedReplay' });

export const Replay = z
  .object({
    id: idOf('rpl'),
    webhookId: idOf('whk'),
    from: time,
    to: time,
    status: finalStatus,
    state: z.enum(['running', 'finished', 'cancelled']),
    count: z.int().meta({ description: 'Events that matched when it started' }),
    replayed: z.int().meta({ description: 'Events that have their new delivery' }),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.output<typeof Replay>;
