import type { FieldError } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { hasMoreValues, isDeeperThan } from '../values.ts';
import { askSchema } from './ask-schema.ts';
import { BoundedEffort, TooMuchEffort } from './effort.ts';
import type { SchemaNode } from './nodes.ts';
import { readSchema } from './read-schema.ts';

/** Each takes two bytes at least, so that no delivered body has room for more. */
const MOST_VALUES = LIMITS.deliveredBodyBytes / 2;

/** The schema of an event type's data, ready to be asked. */
export interface DataSchema {
  readonly root: SchemaNode;
  /** About what it takes of memory. */
  readonly weightBytes: number;
}

export type DataSchemaReading =
  | { readonly ok: true; readonly schema: DataSchema }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Reads a JSON Schema that somebody wrote. No code is made of it, nothing is fetched for it, and what
 * asking it costs is bounded.
 *
 * @param pointer where it stands in the caller's document
 */
export function readDataSchema(schema: unknown, pointer = '/schema'): DataSchemaReading {
  if (isDeeperThan(schema, LIMITS.requestDepth)) {
    return { ok: false, errors: [{ pointer, detail: 'is nested too deeply' }] };
  }
  const bytes = new TextEncoder().encode(JSON.stringify(schema)).length;
  if (bytes > LIMITS.eventTypeSchemaBytes) {
    const detail = `must have at most ${LIMITS.eventTypeSchemaBytes / 1024} KiB`;
    return { ok: false, errors: [{ pointer, detail }] };
  }
  const reading = readSchema(schema, pointer);
  if (!reading.ok) return reading;
  const { root, instructions } = reading;
  return { ok: true, schema: { root, weightBytes: 20 * bytes + 100 * instructions } };
}

/** What judging may cost: of one event, and of all events of a request together. */
export class JudgingEffort {
  #left: number = LIMITS.judgingStepsPerRequest;

  /** Steps so far. */
  get spent(): number {
    return LIMITS.judgingStepsPerRequest - this.#left;
  }

  /**
   * Judges data as checkEventData does for the types of the catalogue, and never alters it.
   *
   * @returns one entry for each bad field, none when the data fits
   */
  judge(schema: DataSchema, data: unknown, pointer: string): readonly FieldError[] {
    if (hasMoreValues(data, MOST_VALUES)) {
      return [{ pointer, detail: `holds more than ${MOST_VALUES} values: too many to deliver` }];
    }
    const steps = Math.min(LIMITS.judgingStepsPerEvent, this.#left);
    const effort = new BoundedEffort(steps);
    try {
      return askSchema(schema.root, data, pointer, effort);
    } catch (error) {
      if (!(error instanceof TooMuchEffort)) throw error;
      const detail =
        steps < LIMITS.judgingStepsPerEvent
          ? `cannot be judged with so much before it: all events of a request together may take ${LIMITS.judgingStepsPerRequest} steps. Send fewer at once`
          : `takes more than ${LIMITS.judgingStepsPerEvent} steps to judge by the schema of its type. Send less data, or simplify the schema`;
      return [{ pointer, detail }];
    } finally {
      this.#left -= steps - Math.max(0, effort.left);
    }
  }
}

/** Judges one event's data alone. @param pointer where it stands in the caller's document */
export function checkCustomData(
  schema: DataSchema,
  data: unknown,
  pointer = '/data',
): readonly FieldError[] {
  return new JudgingEffort().judge(schema, data, pointer);
}
