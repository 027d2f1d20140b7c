/** Asks a schema about data: an interpreter whose work is counted and bounded. */
import { type FieldError, jsonPointer } from '../field-errors.ts';
import type { Effort } from '../pattern/matches.ts';
import { OF_CONTENTS } from './ask-contents.ts';
import { OF_SHAPES } from './ask-shapes.ts';
import { OF_VALUES } from './ask-values.ts';
import { TooMuchEffort } from './effort.ts';
import type { Rule, SchemaNode } from './nodes.ts';
import type { Holds, HoldsOf, Question } from './question.ts';

/** Deeper than data and schema are within each other but by a schema that means harm. */
const DEEPEST = 400;
const MOST_ERRORS = 100;

const HOLDS: HoldsOf<Rule['rule']> = { ...OF_VALUES, ...OF_CONTENTS, ...OF_SHAPES };

/**
 * @param pointer where the value stands in the caller's document
 * @returns one entry for each bad field, the first 100
 * @throws TooMuchEffort
 */
export function askSchema(
  node: SchemaNode,
  value: unknown,
  pointer: string,
  effort: Effort,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const report: Report = (path, within, detail) => {
    if (errors.length >= MOST_ERRORS) return;
    errors.push({
      pointer: pointer + jsonPointer([...path, ...within]),
      detail: typeof detail === 'string' ? detail : detail(),
    });
  };
  new Asking({ path: [], names: new WeakMap(), effort }, 0, report).ask(node, value);
  return errors;
}

type Report = (
  path: readonly PropertyKey[],
  within: readonly PropertyKey[],
  detail: string | (() => string),
) => void;

/** What is the same for all questions about one event. */
interface Judging {
  readonly effort: Effort;
  /** Where the value stands; changed on the way. */
  readonly path: PropertyKey[];
  readonly names: WeakMap<object, readonly string[]>;
}

class Asking implements Question {
  readonly effort: Effort;
  readonly #judging: Judging;
  readonly #depth: number;
  /** Null: whether it fits is all that is asked, so the first misfit is enough. */
  readonly #report: Report | null;

  constructor(judging: Judging, depth: number, report: Report | null) {
    if (depth > DEEPEST) throw new TooMuchEffort('The schema goes round too often.');
    this.effort = judging.effort;
    this.#judging = judging;
    this.#depth = depth;
    this.#report = report;
  }

  ask(node: SchemaNode, value: unknown): boolean {
    let fits = true;
    for (const rule of node.rules) {
      this.effort.spend(1);
      const holds = HOLDS[rule.rule] as Holds<Rule['rule']>;
      if (holds(rule, value, this)) continue;
      if (this.#report === null) return false;
      fits = false;
      // What is of another type misses everything else as well: one sentence says it.
      if (rule.rule === 'type') break;
    }
    return fits;
  }

  wrong(detail: string | (() => string), ...within: PropertyKey[]): false {
    this.#report?.(this.#judging.path, within, detail);
    return false;
  }

  namesOf(value: object): readonly string[] {
    const known = this.#judging.names.get(value);
    if (known !== undefined) return known;
    const names = Object.keys(value);
    this.effort.spend(names.length);
    this.#judging.names.set(value, names);
    return names;
  }

  below(name: PropertyKey, node: SchemaNode, value: unknown): boolean {
    this.#judging.path.push(name);
    const fits = this.#next(this.#report).ask(node, value);
    this.#judging.path.pop();
    return fits;
  }

  beside(node: SchemaNode, value: unknown): boolean {
    return this.#next(this.#report).ask(node, value);
  }

  fits(node: SchemaNode, value: unknown): boolean {
    return this.#next(null).ask(node, value);
  }

  every<Item>(items: Iterable<Item>, isFine: (item: Item) => boolean): boolean {
    let areFine = true;
    for (const item of items) {
      this.effort.spend(1);
      if (isFine(item)) continue;
      areFine = false;
      if (this.#report === null) break;
    }
    return areFine;
  }

  #next(report: Report | null): Asking {
    // Also for a schema without a rule.
    this.effort.spend(1);
    return new Asking(this.#judging, this.#depth + 1, report);
  }
}
