import type { FieldError } from '../field-errors.ts';
import { LIMITS } from '../limits.ts';
import { hasMoreValues, isDeeperThan } from '../values.ts';
import { askSchema } from './ask-schema.ts';
import { BoundedEffort, TooMuchEffort, TooMuchTime } from './effort.ts';
import type { SchemaNode } from './nodes.ts';
import { ownWorkMs } from './own-work.ts';
import { readSchema } from './read-schema.ts';

/** Each takes two bytes at least, so that no delivered body has room for more. */
const MOST_VALUES = LIMITS.deliveredBodyBytes / 2;

/** Several times what all those steps take: it ends what they should have ended. */
const MOST_MS_PER_EVENT = 100;
const MOST_MS_PER_REQUEST = 400;

const TOO_LONG =
  'takes too long to judge by the schema of its type, or with so much before it. Send less at once, or ' +
  'simplify the schema';

/** The schema of an event type's data, ready to be asked. */
export interface DataSchema {
  readonly root: SchemaNode;
  /** What it takes of memory, at most: measured by what is large for its text. */
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
  return { ok: true, schema: { root, weightBytes: 28 * bytes + 250 * instructions } };
}

/**
 * What judging may cost: of one event, and of all events of a request together. Steps decide, so that the
 * same request has the same answer everywhere; time is there for the case that they were counted badly.
 */
export class JudgingEffort {
  readonly #clock: () => number;
  #left: number = LIMITS.judgingStepsPerRequest;
  #leftMs: number = MOST_MS_PER_REQUEST;

  /** @param clock milliseconds since whenever */
  constructor(clock: () => number = ownWorkMs) {
    this.#clock = clock;
  }

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
    const startedAt = this.#clock();
    const endsAt = startedAt + Math.min(MOST_MS_PER_EVENT, this.#leftMs);
    const effort = new BoundedEffort(steps, () => this.#clock() > endsAt);
    try {
      return askSchema(schema.root, data, pointer, effort);
    } catch (error) {
      if (!(error instanceof TooMuchEffort)) throw error;
      if (error instanceof TooMuchTime) return [{ pointer, detail: TOO_LONG }];
      const detail =
        steps < LIMITS.judgingStepsPerEvent
          ? `cannot be judged with so much before it: all events of a request together may take ${LIMITS.judgingStepsPerRequest} steps. Send fewer at once`
          : `takes more than ${LIMITS.judgingStepsPerEvent} steps to judge by the schema of its type. Send less data, or simplify the schema`;
      return [{ pointer, detail }];
    } finally {
      this.#left -= steps - Math.max(0, effort.left);
      this.#leftMs -= this.#clock() - startedAt;
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
