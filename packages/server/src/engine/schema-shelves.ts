import type { DataSchema } from '@sydx/contract';

interface Shelf {
  /** By mark; the oldest first. */
  readonly schemas: Map<string, DataSchema>;
  bytes: number;
}

/**
 * Schemas in memory, on a shelf for each tenant whose events asked for them first. When there is no room
 * for another, the fullest shelf makes it: one tenant with many large schemas empties nobody else's.
 */
export class SchemaShelves {
  readonly #mostBytes: number;
  readonly #shelves = new Map<number, Shelf>();
  readonly #shelfOf = new Map<string, number>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  has(mark: string): boolean {
    return this.#shelfOf.has(mark);
  }

  get(mark: string): DataSchema | undefined {
    const tenantNo = this.#shelfOf.get(mark);
    return tenantNo === undefined ? undefined : this.#shelves.get(tenantNo)?.schemas.get(mark);
  }

  /** @param mark none that is here */
  set(tenantNo: number, mark: string, schema: DataSchema): void {
    const shelf = this.#shelves.get(tenantNo) ?? { schemas: new Map(), bytes: 0 };
    this.#shelves.set(tenantNo, shelf);
    shelf.schemas.set(mark, schema);
    shelf.bytes += schema.weightBytes;
    this.#shelfOf.set(mark, tenantNo);
    this.#bytes += schema.weightBytes;
    while (this.#bytes > this.#mostBytes) this.#makeRoom();
  }

  #makeRoom(): void {
    let fullest: [number, Shelf] | undefined;
    for (const one of this.#shelves) {
      if (fullest === undefined || one[1].bytes > fullest[1].bytes) fullest = one;
    }
    const [tenantNo, shelf] = fullest ?? [];
    const [oldest] = shelf?.schemas ?? [];
    if (tenantNo === undefined || shelf === undefined || oldest === undefined) {
      throw new Error('Schemas weigh something where none is.');
    }
    const [mark, { weightBytes }] = oldest;
    shelf.schemas.delete(mark);
    shelf.bytes -= weightBytes;
    this.#bytes -= weightBytes;
    this.#shelfOf.delete(mark);
    if (shelf.schemas.size === 0) this.#shelves.delete(tenantNo);
  }
}
