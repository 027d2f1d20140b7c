/** From a JSON Schema, as somebody wrote it, to what is asked of data. */
import { type FieldError, jsonPointer } from '../field-errors.ts';
import { KEYWORDS, REMARKS } from './keywords.ts';
import { nodesAboutTheSame, type SchemaNode } from './nodes.ts';
import { isObject, type Reader } from './reader.ts';

/** Objects within each other in a schema. */
const DEEPEST = 32;
/** Schemas that are asked about the very same value, one because of the other. */
const LONGEST_CHAIN = 32;
const MOST_ERRORS = 100;
const DIALECT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

export type SchemaReading =
  | {
      readonly ok: true;
      readonly root: SchemaNode;
      /** Instructions of all its patterns together: what they take of memory. */
      readonly instructions: number;
    }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Reads the part of JSON Schema 2020-12 that docs/engineers/event-types.md names. What it does not know
 * it refuses: a keyword that nobody looks at would promise what nobody keeps.
 *
 * @param pointer where the schema stands in the caller's document
 */
export function readSchema(schema: unknown, pointer: string): SchemaReading {
  const reader = new SchemaReader(schema, pointer);
  const root = reader.read();
  return reader.errors.length === 0
    ? { ok: true, root, instructions: reader.instructions }
    : { ok: false, errors: reader.errors };
}

class SchemaReader implements Reader {
  readonly errors: FieldError[] = [];
  instructions = 0;
  readonly #schema: unknown;
  readonly #pointer: string;
  readonly #path: PropertyKey[] = [];
  readonly #root: SchemaNode = { rules: [] };
  readonly #definitions = new Map<string, SchemaNode>();
  readonly #inner: SchemaNode[] = [];

  constructor(schema: unknown, pointer: string) {
    this.#schema = schema;
    this.#pointer = pointer;
  }

  read(): SchemaNode {
    const schema = this.#schema;
    if (!isObject(schema)) {
      this.refuse('must be an object');
      return this.#root;
    }
    this.#readHead(schema);
    // Known by their names before any is read, since they may refer to each other.
    const definitions = Object.entries(isObject(schema['$defs']) ? schema['$defs'] : {});
    for (const [name] of definitions) this.#definitions.set(name, { rules: [] });
    for (const [name, definition] of definitions) {
      this.at(['$defs', name], () => this.#fill(this.#definitions.get(name), definition));
    }
    this.#fill(this.#root, schema);
    if (this.errors.length === 0) this.#judgeChains();
    return this.#root;
  }

  refuse(detail: string): void {
    if (this.errors.length >= MOST_ERRORS) return;
    this.errors.push({ pointer: this.#pointer + jsonPointer(this.#path), detail });
  }

  at<Result>(names: readonly PropertyKey[], act: () => Result): Result {
    this.#path.push(...names);
    const result = act();
    this.#path.length -= names.length;
    return result;
  }

  get keyword(): PropertyKey | undefined {
    return this.#path.at(-1);
  }

  instead<Result>(act: () => Result): Result {
    const keyword = this.#path.pop();
    const result = act();
    if (keyword !== undefined) this.#path.push(keyword);
    return result;
  }

  child(schema: unknown, ...names: PropertyKey[]): SchemaNode {
    const node: SchemaNode = { rules: [] };
    this.#inner.push(node);
    this.at(names, () => this.#fill(node, schema));
    return node;
  }

  definition(reference: string): SchemaNode | null {
    if (reference === '#') return this.#root;
    const name = reference.startsWith('#/$defs/') ? reference.slice('#/$defs/'.length) : null;
    const plain = name?.replaceAll('~1', '/').replaceAll('~0', '~');
    return (plain === undefined ? null : this.#definitions.get(plain)) ?? null;
  }

  #readHead(schema: Readonly<Record<string, unknown>>): void {
    const { $schema, $defs } = schema as { $schema?: unknown; $defs?: unknown };
    if ($schema !== undefined && !(typeof $schema === 'string' && DIALECT.test($schema))) {
      this.at(['$schema'], () =>
        this.refuse('must be https://json-schema.org/draft/2020-12/schema, or left out'),
      );
    }
    if ($defs !== undefined && !isObject($defs)) {
      this.at(['$defs'], () => this.refuse('must be an object of schemas'));
    }
  }

  #fill(node: SchemaNode | undefined, schema: unknown): void {
    if (node === undefined) throw new Error('A definition of a schema was lost.');
    if (schema === true) return;
    if (schema === false) {
      node.rules.push({ rule: 'never' });
      return;
    }
    if (!isObject(schema)) {
      this.refuse('must be a schema: an object, true or false');
      return;
    }
    if (this.#path.length > 2 * DEEPEST) {
      this.refuse(`is nested too deeply: schemas may be ${DEEPEST} levels deep`);
      return;
    }
    for (const [keyword, value] of Object.entries(schema)) {
      this.at([keyword], () => this.#readKeyword(node, keyword, value, schema));
    }
    // Asked first, because what is of another type misses all else as well.
    node.rules.sort((a, b) => Number(b.rule === 'type') - Number(a.rule === 'type'));
  }

  #readKeyword(
    node: SchemaNode,
    keyword: string,
    value: unknown,
    schema: Readonly<Record<string, unknown>>,
  ): void {
    if (REMARKS.has(keyword) || keyword.startsWith('x-')) return;
    if (keyword === '$schema' || keyword === '$defs') {
      if (node !== this.#root) this.refuse('may stand only at the root of the schema');
      return;
    }
    const read = KEYWORDS.get(keyword);
    if (read === undefined) {
      this.refuse(
        keyword === '$id' || keyword === '$anchor' || keyword === '$dynamicRef'
          ? 'is not taken: schemas refer only to #/$defs of their own'
          : 'is not a keyword that is looked at here: see docs/engineers/event-types.md',
      );
      return;
    }
    const rule = read(value, this, schema);
    if (rule !== null) node.rules.push(rule);
  }

  /** Schemas that refer to each other without looking deeper into the data would never come to an end. */
  #judgeChains(): void {
    const lengths = new Map<SchemaNode, number>();
    const underWay = new Set<SchemaNode>();
    let isTooLong = false;
    const lengthOf = (node: SchemaNode): number => {
      const known = lengths.get(node);
      if (known !== undefined) return known;
      if (underWay.has(node) || underWay.size > LONGEST_CHAIN) isTooLong = true;
      // Once it is known nobody goes on: there are more ways through than anybody could walk.
      if (isTooLong) return 0;
      underWay.add(node);
      const length = 1 + Math.max(0, ...nodesAboutTheSame(node).map(lengthOf));
      underWay.delete(node);
      lengths.set(node, length);
      return length;
    };
    for (const node of this.#nodes()) {
      if (lengthOf(node) <= LONGEST_CHAIN && !isTooLong) continue;
      this.refuse(
        'refers to itself without looking deeper into the data, or through more than ' +
          `${LONGEST_CHAIN} schemas about the same value`,
      );
      return;
    }
  }

  #nodes(): Iterable<SchemaNode> {
    return [this.#root, ...this.#definitions.values(), ...this.#inner];
  }
}
