import type { SchemaNode } from './nodes.ts';

/** What a keyword is read with. */
export interface Reader {
  /** The keyword that is being read. */
  readonly keyword: PropertyKey | undefined;
  /** Instructions of all patterns so far. */
  instructions: number;
  /** @param detail stands behind the name of the keyword */
  refuse(detail: string): void;
  /** Does something where the path goes on so. */
  at<Result>(names: readonly PropertyKey[], act: () => Result): Result;
  /** Does something in the place of the keyword: where its neighbours stand. */
  instead<Result>(act: () => Result): Result;
  /** A schema within the schema. */
  child(schema: unknown, ...names: PropertyKey[]): SchemaNode;
  /** What `$ref` leads to; null when it leads nowhere. */
  definition(reference: string): SchemaNode | null;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
