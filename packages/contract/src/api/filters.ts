/** `filter` of a webhook, and POST /v1/filter-preview, which tries one. */
import { z } from 'zod';
import type { WebhookFilter as Filter } from '../filter.ts';
import { LIMITS } from '../limits.ts';
import { readFilter } from '../read-filter.ts';
import { subscribedEvents } from './event-types.ts';
import { idOf, time } from './fields.ts';

const { filterConditions, filterFieldCharacters, filterStringCharacters, filterValues } = LIMITS;
const text = { type: 'string', maxLength: filterStringCharacters };
const value = { oneOf: [text, { type: 'number' }, { type: 'boolean' }, { type: 'null' }] };
const field = {
  type: 'string',
  minLength: 1,
  maxLength: filterFieldCharacters,
  description: 'Names joined by dots, from data on; a dot in a name is written \\.',
};

const condition = (operator: string, operand: object) => ({
  type: 'object',
  properties: { field, [operator]: operand },
  required: ['field', operator],
  additionalProperties: false,
});

const group = (kind: 'all' | 'any') => ({
  type: 'object',
  properties: {
    [kind]: {
      type: 'array',
      minItems: 1,
      maxItems: filterConditions,
      items: { $ref: '#/$defs/WebhookFilter' },
    },
  },
  required: [kind],
  additionalProperties: false,
});

/** Judged by readFilter, whose sentences name the place; described here for OpenAPI. */
export const WebhookFilter = z
  .unknown()
  .superRefine((given, context) => {
    const reading = readFilter(given);
    if (reading.ok) return;
    for (const { path, message } of reading.issues) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .meta({
    id: 'WebhookFilter',
    description:
      `Conditions on data: ${filterConditions} at most, in groups of all or any, ` +
      `${LIMITS.filterDepth} groups in each other at most, ` +
      `${LIMITS.filterBytes / 1024} KiB of JSON without white space at most`,
    oneOf: [
      condition('equals', value),
      condition('in', { type: 'array', minItems: 1, maxItems: filterValues, items: value }),
      condition('exists', { type: 'boolean' }),
      condition('prefix', { ...text, minLength: 1 }),
      condition('gt', { type: 'number' }),
      condition('gte', { type: 'number' }),
      condition('lt', { type: 'number' }),
      condition('lte', { type: 'number' }),
      group('all'),
      group('any'),
    ],
  }) as unknown as z.ZodType<Filter, Filter>;

export const PreviewFilter = z
  .strictObject({ filter: WebhookFilter, events: subscribedEvents })
  .meta({ id: 'PreviewFilter' });
export type PreviewFilter = z.output<typeof PreviewFilter>;

export const FilterPreview = z
  .object({
    matched: z.int().meta({ description: 'How many of data pass' }),
    data: z
      .array(
        z.object({
          id: idOf('evt'),
          type: z.string(),
          createdAt: time,
          matches: z.boolean(),
          data: z.record(z.string(), z.unknown()),
        }),
      )
      .meta({
        description: `The last ${LIMITS.filterPreviewEvents} events of these types, newest first`,
      }),
  })
  .meta({ id: 'FilterPreview' });
export type FilterPreview = z.output<typeof FilterPreview>;
