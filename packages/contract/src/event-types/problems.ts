import { type FieldError, jsonPointer } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { checkCustomData, readDataSchema } from '../schema/data-schema.ts';
import { isDeeperThan } from '../values.ts';

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
  // The delivered body is a level around data.
  if (isDeeperThan(given.sample, LIMITS.deliveredDepth - 1)) {
    return [{ pointer, detail: 'is nested too deeply to be delivered' }];
  }
  const bytes = new TextEncoder().encode(JSON.stringify(given.sample)).length;
  if (bytes > LIMITS.eventTypeSampleBytes) {
    return [{ pointer, detail: `must have at most ${LIMITS.eventTypeSampleBytes / 1024} KiB` }];
  }
  return checkCustomData(reading.schema, given.sample, pointer);
}
