/** Fields that several nouns share, so that the same thing is judged the same way everywhere. */
import { z } from 'zod';
import { LIMITS, TENANT_ID } from '../limits.ts';
import { normaliseTimestamp } from './timestamp.ts';

/** An id in an answer. In a path, an id that cannot exist is a 404 like any other stranger. */
export const idOf = (prefix: string) =>
  z.string().meta({ description: `An id that starts with ${prefix}_`, examples: [`${prefix}_…`] });

/** A time in an answer: ISO 8601, UTC, milliseconds. */
export const time = z.string().meta({ format: 'date-time' });

/** A time in a request: ISO 8601 with Z or an offset. Judged only; normalise it where it is used. */
export const timestamp = z
  .string()
  .refine((text) => normaliseTimestamp(text) !== null, {
    message: 'must be an ISO 8601 time with Z or an offset, like 2026-03-25T08:22:50.254Z',
  })
  .meta({ format: 'date-time' });

/** A name that people see in lists: trimmed, on one line. */
export const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LIMITS.nameCharacters, `must have at most ${LIMITS.nameCharacters} characters`)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not hold control characters');

/** The CRM's own id of an account, or a generated `ten_…`. */
export const tenantId = z
  .string()
  .regex(TENANT_ID, `must be 1 to ${LIMITS.tenantIdCharacters} letters, digits, _ or -`);

/** Non-empty and without repeats. */
export function setOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .min(1, 'must name at least one')
    .refine((list) => new Set(list).size === list.length, { message: 'must not repeat an entry' });
}

export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any JSON object, handed on as the very object that came in: zod copies what it looks into. */
export const untouchedObject = z
  .unknown()
  .refine(isObject, { message: 'must be an object' })
  .meta({ type: 'object' }) as unknown as z.ZodType<JsonObject, JsonObject>;
