/** What the catalogue is asked: does this data fit, and what does its JSON Schema look like. */
import { z } from 'zod';
import { EVENTS, type EventType } from './events.ts';
import { type FieldError, judge } from './field-errors.ts';
import { LIMITS } from './limits.ts';
import { hasMoreValues } from './values.ts';

/** Each takes two bytes at least, so that no delivered body has room for more. */
const MOST_VALUES = LIMITS.deliveredBodyBytes / 2;

const NONE: readonly FieldError[] = Object.freeze([]);

/**
 * Judges data against the schema of its event type and never alters it: on an empty answer the
 * caller goes on with the value that it passed in.
 *
 * @param pointer where `data` stands in the caller's document, prefixed to every pointer
 * @returns one entry for each bad field, none when the data fits
 */
export function checkEventData(
  type: EventType,
  data: unknown,
  pointer = '/data',
): readonly FieldError[] {
  if (hasMoreValues(data, MOST_VALUES)) {
    return [{ pointer, detail: `holds more than ${MOST_VALUES} values: too many to deliver` }];
  }
  const judgement = judge(EVENTS[type].data, data, pointer);
  return judgement.ok ? NONE : judgement.errors;
}

const jsonSchemas = new Map<EventType, Readonly<Record<string, unknown>>>();

/** The JSON Schema (2020-12) of an event type's data, as GET /v1/event-types shows it. */
export function eventJsonSchema(type: EventType): Readonly<Record<string, unknown>> {
  let schema = jsonSchemas.get(type);
  if (schema === undefined) {
    schema = Object.freeze({ ...z.toJSONSchema(EVENTS[type].data, { io: 'input' }) });
    jsonSchemas.set(type, schema);
  }
  return schema;
}
