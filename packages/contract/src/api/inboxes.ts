/** POST, GET /v1/inboxes · GET, PATCH, DELETE /v1/inboxes/{id} · GET …/requests and …/requests/stream */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { subscribedEvents } from './event-types.ts';
import { idOf, name, time } from './fields.ts';
import { WebhookFilter } from './filters.ts';
import { pageOf } from './page.ts';
import { CreatedWebhook } from './webhooks.ts';

/** `try` is looked at by a person, `listen` is read by a program that is connected. */
export const INBOX_KINDS = ['try', 'listen'] as const;
export type InboxKind = (typeof INBOX_KINDS)[number];

const status = z
  .int('must be a whole number')
  .min(200, 'must be a status from 200 to 599')
  .max(599, 'must be a status from 200 to 599');

const delayMs = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(LIMITS.inboxDelayMs, `must be at most ${LIMITS.inboxDelayMs}`)
  .meta({ description: 'How long the answer takes; over 5000 a delivery times out' });

/** What the inbox answers to whatever arrives. */
const InboxAnswer = z.object({ status: z.int(), delayMs: z.int() }).meta({ id: 'InboxAnswer' });
export type InboxAnswer = z.output<typeof InboxAnswer>;

const answer = z
  .strictObject({ status: status.optional(), delayMs: delayMs.optional() })
  .refine((given) => Object.keys(given).length > 0, { message: 'must hold status or delayMs' });

export const CreateInbox = z
  .strictObject({
    kind: z
      .enum(INBOX_KINDS)
      .default('try')
      .meta({ description: 'try: for a day; listen: for as long as somebody reads its stream' }),
    answer: answer.optional().meta({ description: 'What it answers; 200 at once unless told' }),
    webhook: z
      .strictObject({
        name: name.optional(),
        events: subscribedEvents,
        filter: WebhookFilter.nullable().optional(),
      })
      .optional()
      .meta({ description: 'Creates a webhook that leads to the inbox, and goes with it' }),
  })
  .meta({ id: 'CreateInbox' });
export type CreateInbox = z.output<typeof CreateInbox>;

export const PatchInbox = z.strictObject({ answer }).meta({ id: 'PatchInbox' });
export type PatchInbox = z.output<typeof PatchInbox>;

const inbox = {
  id: idOf('inb'),
  kind: z.enum(INBOX_KINDS),
  url: z.string().meta({
    description: 'Whoever knows it may send; masked for keys that may only read deliveries',
  }),
  answer: InboxAnswer,
  webhookId: z
    .string()
    .nullable()
    .meta({ description: 'The webhook that was created with it; null: there is none (any more)' }),
  requestCount: z.int().meta({ description: 'How many requests are kept now' }),
  lastNumber: z.int().meta({ description: 'The number of the newest request; 0: none came yet' }),
  createdAt: time,
  expiresAt: time.meta({ description: 'With it go its requests and its webhook' }),
};

export const Inbox = z.object(inbox).meta({ id: 'Inbox' });
export type Inbox = z.output<typeof Inbox>;

export const InboxPage = pageOf('InboxPage', Inbox);

export const CreatedInbox = z
  .object({
    ...inbox,
    webhook: CreatedWebhook.nullable().meta({ description: 'Null when none was asked for' }),
  })
  .meta({ id: 'CreatedInbox' });
export type CreatedInbox = z.output<typeof CreatedInbox>;

export const INBOX_VERDICTS = ['valid', 'invalid', 'absent', 'unknown'] as const;

/** What a receiver with the webhook's secret would have said of a signature when it arrived. */
export const InboxVerdict = z
  .object({
    verdict: z.enum(INBOX_VERDICTS),
    sentence: z.string().meta({ description: 'Why, in words' }),
  })
  .meta({ id: 'InboxVerdict' });
export type InboxVerdict = z.output<typeof InboxVerdict>;

/** The numbers of an inbox are 1, 2, 3, without gaps, in the order in which requests were kept. */
const number = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const InboxRequestsQuery = z.strictObject({
  after: number.default(0),
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
});
export type InboxRequestsQuery = z.output<typeof InboxRequestsQuery>;

/** The header Last-Event-ID goes before it. */
export const InboxStreamQuery = z.strictObject({ after: number.optional() });
export type InboxStreamQuery = z.output<typeof InboxStreamQuery>;

export const InboxRequest = z
  .object({
    number: z.int().positive(),
    receivedAt: time,
    method: z.string(),
    query: z.string().meta({ description: 'With its question mark; empty when there was none' }),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).meta({
      description:
        'As they arrived, in their order; signatures are cut for keys that may only read deliveries',
    }),
    bodyText: z.string().nullable().meta({ description: 'Null when the body is not UTF-8' }),
    bodyBase64: z.string().nullable().meta({ description: 'Of a body that is not UTF-8' }),
    bodyBytes: z.int().nonnegative(),
    signatures: z.object({
      sydx: InboxVerdict.meta({ description: 'Of X-Sydx-Signature' }),
      standard: InboxVerdict.meta({
        description: 'Of webhook-signature, as Standard Webhooks says',
      }),
    }),
    answer: InboxAnswer,
  })
  .meta({ id: 'InboxRequest' });
export type InboxRequest = z.output<typeof InboxRequest>;

export const InboxRequestPage = z
  .object({
    data: z.array(InboxRequest).meta({ description: 'Oldest first' }),
    lastNumber: z.int().meta({ description: 'Of the newest that there is, on this page or not' }),
  })
  .meta({ id: 'InboxRequestPage' });
export type InboxRequestPage = z.output<typeof InboxRequestPage>;
