import type { Effort } from '../pattern/matches.ts';
import type { Rule, SchemaNode } from './nodes.ts';

/** A value that is being judged, where it stands. */
export interface Question {
  readonly effort: Effort;
  /**
   * Says what is wrong with it, or with something in it.
   *
   * @param detail called only when somebody wants to hear it
   * @returns false
   */
  wrong(detail: string | (() => string), ...within: PropertyKey[]): false;
  /** The names of its fields: paid for once, however often they are asked for. */
  namesOf(value: object): readonly string[];
  /** Asks about something in it. */
  below(name: PropertyKey, node: SchemaNode, value: unknown): boolean;
  /** Asks more about it. */
  beside(node: SchemaNode, value: unknown): boolean;
  /** The same without a word about what is wrong. */
  fits(node: SchemaNode, value: unknown): boolean;
  /** All of them when somebody wants to hear of each, else until the first that is not fine. */
  every<Item>(items: Iterable<Item>, isFine: (item: Item) => boolean): boolean;
}

/** Whether a rule holds; what is wrong is said to the question. */
export type Holds<Name extends Rule['rule']> = (
  rule: Extract<Rule, { rule: Name }>,
  value: unknown,
  question: Question,
) => boolean;

export type HoldsOf<Name extends Rule['rule']> = { readonly [One in Name]: Holds<One> };
