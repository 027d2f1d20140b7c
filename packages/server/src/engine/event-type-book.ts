import { type DataSchema, readDataSchema } from '@sydx/contract';
import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../store/database.ts';
import { findSchemas } from '../store/event-types.ts';
import type { Transaction } from '../store/transaction.ts';
import { SchemaShelves } from './schema-shelves.ts';

/** A schema older than this judges nothing. */
const MAX_AGE_MS = 1_000;
/** From this age on it is looked up again in the background, so that nobody waits for it. */
const REFRESH_AGE_MS = 500;
const MOST_ENTRIES = 10_000;
/** What all schemas together may take of memory. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Names that nobody registered: whoever makes up more of them has them looked up again. */
const MOST_ABSENT = 20_000;

/** What of an event says how it is judged. */
export interface TypedEvent {
  readonly tenantNo: number;
  readonly type: string;
}

/** The schema by which a tenant's events of this type are judged; undefined: there is no such type. */
export type SchemaOf = (event: TypedEvent) => DataSchema | undefined;

/** The event types that were registered, as far as events of them are published. */
export interface EventTypes {
  /**
   * What these types are, as of at most a second ago. What nobody asked for within that second is looked up
   * at once, all of it in one question, so that a type works on every node as soon as it is registered; only
   * where its name was used before that, it may take the second.
   *
   * @param events none of the catalogue's types
   * @throws the driver's error
   */
  schemasOf(events: readonly TypedEvent[]): Promise<SchemaOf>;
  /** The same, as of now, for who has a transaction at hand. */
  schemasWithin(transaction: Transaction, events: readonly TypedEvent[]): Promise<SchemaOf>;
  /** After a change that was made here: this node knows it at once, the others within a second. */
  forget(): void;
}

interface Entry extends TypedEvent {
  readonly mark: string;
  /** When its look-up began: what it says was true then or later. */
  readonly askedAt: number;
  isRenewing: boolean;
}

export class EventTypeBook implements EventTypes {
  readonly #database: Pick<Database, 'auth'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();
  /** When it was asked for names that were nobody's. */
  readonly #absent = new Map<string, number>();
  /** What became of a schema: the same as long as its mark is. */
  readonly #schemas: SchemaShelves;
  /** Grows with each forget(): an answer from before it is not kept. */
  #era = 0;

  constructor(parts: {
    database: Pick<Database, 'auth'>;
    clock: Clock;
    log: Logger;
    mostBytes?: number;
  }) {
    this.#schemas = new SchemaShelves(parts.mostBytes ?? MOST_BYTES);
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  async schemasOf(events: readonly TypedEvent[]): Promise<SchemaOf> {
    const known = new Map<string, DataSchema>();
    const missing = new Map<string, TypedEvent>();
    const aging: Entry[] = [];
    const now = this.#clock.monotonic();
    for (const event of events) {
      const key = keyOf(event);
      if (now - (this.#absent.get(key) ?? -Infinity) < MAX_AGE_MS) continue;
      const entry = this.#entries.get(key);
      const schema = entry === undefined ? undefined : this.#schemas.get(entry.mark);
      if (entry === undefined || schema === undefined || now - entry.askedAt >= MAX_AGE_MS) {
        missing.set(key, event);
        continue;
      }
      known.set(key, schema);
      if (now - entry.askedAt >= REFRESH_AGE_MS && !entry.isRenewing) {
        entry.isRenewing = true;
        aging.push(entry);
      }
    }
    // Whoever comes when nothing fresh is left asks again and hears of the failure.
    if (aging.length > 0) this.#ask(this.#database.auth, aging).catch(() => undefined);
    if (missing.size > 0) {
      const found = await this.#ask(this.#database.auth, [...missing.values()]);
      for (const [key, schema] of found) known.set(key, schema);
    }
    return (event) => known.get(keyOf(event));
  }

  async schemasWithin(transaction: Transaction, events: readonly TypedEvent[]): Promise<SchemaOf> {
    const distinct = new Map(events.map((event) => [keyOf(event), event]));
    const known =
      distinct.size === 0
        ? new Map<string, DataSchema>()
        : await this.#ask(transaction, [...distinct.values()]);
    return (event) => known.get(keyOf(event));
  }

  forget(): void {
    this.#era += 1;
    this.#entries.clear();
    this.#absent.clear();
  }

  async #ask(
    client: Database['auth'] | Transaction,
    events: readonly TypedEvent[],
  ): Promise<Map<string, DataSchema>> {
    const era = this.#era;
    const askedAt = this.#clock.monotonic();
    const wanted = events.map(({ tenantNo, type }) => {
      const mark = this.#entries.get(keyOf({ tenantNo, type }))?.mark ?? null;
      // What is no longer in memory has to be sent again.
      return { tenantNo, type, mark: mark !== null && this.#schemas.has(mark) ? mark : null };
    });
    const schemas = new Map(
      wanted.flatMap(({ mark }) => (mark === null ? [] : [[mark, this.#schemas.get(mark)]])),
    ) as Map<string, DataSchema>;
    const found = new Map<string, DataSchema>();
    for (const { tenantNo, type, mark, schema: given } of await findSchemas(client, wanted)) {
      const schema = schemas.get(mark) ?? this.#read(tenantNo, mark, given);
      if (schema === null) continue;
      const key = keyOf({ tenantNo, type });
      found.set(key, schema);
      if (era === this.#era) {
        this.#absent.delete(key);
        this.#keep(key, { tenantNo, type, mark, askedAt, isRenewing: false });
      }
    }
    // What is gone is not given again.
    if (era === this.#era) {
      for (const event of events) {
        const key = keyOf(event);
        if (found.has(key)) continue;
        this.#entries.delete(key);
        if (this.#absent.size >= MOST_ABSENT) this.#absent.clear();
        this.#absent.set(key, askedAt);
      }
    }
    return found;
  }

  /** @returns null for what no version of ours has stored: the type is as good as unknown then */
  #read(tenantNo: number, mark: string, given: unknown): DataSchema | null {
    const known = this.#schemas.get(mark);
    if (known !== undefined) return known;
    const reading = readDataSchema(given);
    if (!reading.ok) {
      this.#log.error({ errors: reading.errors, mark }, 'A stored schema cannot be read.');
      return null;
    }
    this.#schemas.set(tenantNo, mark, reading.schema);
    return reading.schema;
  }

  #keep(key: string, entry: Entry): void {
    if (this.#entries.size >= MOST_ENTRIES && !this.#entries.has(key)) this.#entries.clear();
    this.#entries.set(key, entry);
  }
}

function keyOf({ tenantNo, type }: TypedEvent): string {
  return `${tenantNo} ${type}`;
}
