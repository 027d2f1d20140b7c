import { z } from 'zod';
import { ATTEMPT_ERRORS, type AttemptErrorCode } from '../attempt-errors.ts';
import { soughtType } from './event-types.ts';
import { idOf, time, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';

export const DELIVERY_STATUSES = ['pending', 'success', 'failed', 'cancelled'] as const;
export const DeliveryStatus = z.enum(DELIVERY_STATUSES).meta({ id: 'DeliveryStatus' });
export type DeliveryStatus = z.output<typeof DeliveryStatus>;

export const DeliveriesQuery = z.strictObject({
  ...pageQuery,
  webhookId: z.string().optional(),
  eventId: z.string().optional(),
  event: soughtType.optional(),
  status: DeliveryStatus.optional(),
  /** Bounds of the acceptance time: from ≤ t < to. */
  from: timestamp.optional(),
  to: timestamp.optional(),
});
export type DeliveriesQuery = z.output<typeof DeliveriesQuery>;

export const AttemptErrorView = z
  .object({
    code: z.enum(Object.keys(ATTEMPT_ERRORS) as [AttemptErrorCode, ...AttemptErrorCode[]]),
    message: z.string().meta({ description: 'What happened and what to do next' }),
  })
  .meta({ id: 'AttemptError' });
export type AttemptErrorView = z.output<typeof AttemptErrorView>;

const statusCode = z.int().nullable().meta({ description: 'Null when no response arrived' });
const durationMs = z.number().nullable();

export const Attempt = z
  .object({
    number: z.int().positive(),
    startedAt: time,
    durationMs,
    statusCode,
    error: AttemptErrorView.nullable(),
    response: z
      .object({
        headers: z.record(z.string(), z.string()),
        body: z.string().meta({ description: 'The first 8 KiB' }),
        truncated: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.output<typeof Attempt>;

/** Status code, error and duration are those of the last attempt. */
const delivery = {
  id: idOf('dlv'),
  eventId: idOf('evt'),
  event: z.string().meta({ description: 'The event type' }),
  webhookId: idOf('whk'),
  webhookName: z.string(),
  status: DeliveryStatus,
  attemptCount: z.int().nonnegative(),
  statusCode,
  error: AttemptErrorView.nullable(),
  durationMs,
  nextAttemptAt: time.nullable(),
  createdAt: time,
  finishedAt: time.nullable(),
};

export const Delivery = z.object(delivery).meta({ id: 'Delivery' });
export type Delivery = z.output<typeof Delivery>;

export const DeliveryPage = pageOf('DeliveryPage', Delivery);

/** GET /v1/deliveries/{id}, and the answer of POST /v1/webhooks/{id}/test. */
export const DeliveryDetail = z
  .object({
    ...delivery,
    payload: z.string().nullable().meta({ description: 'The exact body, null once expired' }),
    request: z.object({
      url: z.string().meta({ description: 'Masked for keys that may only read deliveries' }),
      headers: z.record(z.string(), z.string()),
    }),
    attempts: z.array(Attempt),
  })
  .meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.output<typeof DeliveryDetail>;
