/** Leads that Meta announced to a source: what is waiting to be fetched, and what could not be. */
import { z } from 'zod';
import { idOf, time } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';

export const LEAD_STATES = ['waiting', 'published', 'failed'] as const;
export type LeadState = (typeof LEAD_STATES)[number];

/** Why a lead could not be fetched. Published codes are never renamed. */
export const LEAD_ERRORS = [
  'token_refused',
  'rate_limited',
  'unreachable',
  'graph_failed',
  'unreadable',
  'not_found',
  'refused',
  'secret_unreadable',
  'expired',
] as const;
export type LeadErrorCode = (typeof LEAD_ERRORS)[number];

const error = z.object({
  code: z.enum(LEAD_ERRORS),
  detail: z.string().meta({ description: "Meta's own sentence where it gave one" }),
});

const metaIdOrNull = z.string().nullable();

export const SourceLead = z
  .object({
    id: idOf('led'),
    leadId: z.string().meta({ description: "Meta's leadgen_id" }),
    pageId: metaIdOrNull,
    formId: metaIdOrNull,
    adId: metaIdOrNull,
    state: z.enum(LEAD_STATES),
    attemptCount: z.int(),
    error: error.nullable().meta({ description: 'Of the last attempt' }),
    receivedAt: time,
    nextAttemptAt: time.nullable().meta({ description: 'Null unless it waits' }),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'SourceLead' });
export type SourceLead = z.output<typeof SourceLead>;

export const SourceLeadPage = pageOf('SourceLeadPage', SourceLead);
export type SourceLeadPage = z.output<typeof SourceLeadPage>;

export const SourceLeadQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(LEAD_STATES).optional(),
});
export type SourceLeadQuery = z.output<typeof SourceLeadQuery>;

export const LEAD_FETCHING_STATES = ['running', 'backing_off', 'paused'] as const;

export const LeadFetching = z
  .object({
    state: z.enum(LEAD_FETCHING_STATES).meta({
      description:
        'paused: Meta refuses the token, and nothing is fetched until the source is changed or ' +
        'retried; backing_off: Meta is away or asked for less',
    }),
    waiting: z.int(),
    failed: z.int(),
    oldestWaitingAt: time.nullable(),
    error: error.extend({ since: time }).nullable(),
    resumesAt: time.nullable().meta({ description: 'When backing_off' }),
  })
  .meta({ id: 'LeadFetching' });
export type LeadFetching = z.output<typeof LeadFetching>;

export const RetryLeadsAnswer = z
  .object({ count: z.int().meta({ description: 'How many leads are fetched again now' }) })
  .meta({ id: 'RetryLeadsAnswer' });
export type RetryLeadsAnswer = z.output<typeof RetryLeadsAnswer>;
