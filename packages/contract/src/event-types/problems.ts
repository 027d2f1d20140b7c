import { type FieldError, jsonPointer } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { checkCustomData, readDataSchema } from '../schema/data-schema.ts';

/**
 * What is wrong with the schema and the sample of an event type that is to be registered: nothing when
 * the list is empty. What does not depend on who registers it, so a form may ask as well.
 */
export function eventTypeProblems(given: {
  readonly schema: unknown;
  readonly sample: unknown;
}): readonly FieldError[] {
  const reading = readDataSchema(given.schema, jsonPointer(['schema']));
  if (!reading.ok) return reading.errors;
  const pointer = jsonPointer(['sample']);
  const bytes = new TextEncoder().encode(JSON.stringify(given.sample)).length;
  if (bytes > LIMITS.eventTypeSampleBytes) {
    return [{ pointer, detail: `must have at most ${LIMITS.eventTypeSampleBytes / 1024} KiB` }];
  }
  return checkCustomData(reading.schema, given.sample, pointer);
}
