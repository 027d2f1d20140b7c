/** A JSON Schema as it is asked: data of ours that an interpreter walks. Nothing is compiled. */
import type { Program } from '../pattern/program.ts';
import type { Format } from './formats.ts';

export const TYPE_NAMES = [
  'null',
  'boolean',
  'object',
  'array',
  'number',
  'integer',
  'string',
] as const;
export type TypeName = (typeof TYPE_NAMES)[number];

/** What a value is measured by. */
export type Measure = 'characters' | 'entries' | 'fields';

/** One question that a schema asks of a value; those that are about another kind of value pass. */
export type Rule =
  | { readonly rule: 'never' }
  | { readonly rule: 'type'; readonly types: readonly TypeName[] }
  /** `keys`: what canonicalKey says of each value that may be. */
  | {
      readonly rule: 'enum';
      readonly keys: ReadonlySet<string>;
      readonly values: readonly unknown[];
    }
  | {
      readonly rule: 'size';
      readonly of: Measure;
      readonly min: number | null;
      readonly max: number | null;
    }
  | {
      readonly rule: 'bound';
      readonly limit: number;
      readonly side: 'least' | 'most' | 'above' | 'below';
    }
  | { readonly rule: 'multiple'; readonly of: number }
  | { readonly rule: 'pattern'; readonly source: string; readonly program: Program }
  | { readonly rule: 'format'; readonly format: Format }
  | { readonly rule: 'required'; readonly names: readonly string[] }
  | {
      readonly rule: 'dependent';
      readonly names: readonly (readonly [string, readonly string[]])[];
    }
  | {
      readonly rule: 'fields';
      readonly known: ReadonlyMap<string, SchemaNode>;
      readonly patterns: readonly { readonly program: Program; readonly node: SchemaNode }[];
      /** Of all others; null: whatever they are. */
      readonly others: SchemaNode | null;
    }
  | { readonly rule: 'names'; readonly node: SchemaNode }
  | {
      readonly rule: 'entries';
      readonly first: readonly SchemaNode[];
      /** Of those that follow; null: whatever they are. */
      readonly others: SchemaNode | null;
    }
  | { readonly rule: 'unique' }
  | { readonly rule: 'all'; readonly nodes: readonly SchemaNode[] }
  | { readonly rule: 'any'; readonly nodes: readonly SchemaNode[] }
  | { readonly rule: 'one'; readonly nodes: readonly SchemaNode[] }
  | { readonly rule: 'not'; readonly node: SchemaNode }
  | {
      readonly rule: 'if';
      readonly node: SchemaNode;
      readonly met: SchemaNode | null;
      readonly otherwise: SchemaNode | null;
    };

/** What one object of a schema asks. It is filled after it was made, since schemas may go round. */
export interface SchemaNode {
  readonly rules: Rule[];
}

/** Other nodes that a node asks about the very same value. */
export function nodesAboutTheSame({ rules }: SchemaNode): SchemaNode[] {
  return rules.flatMap((rule) => {
    switch (rule.rule) {
      case 'all':
      case 'any':
      case 'one':
        return rule.nodes;
      case 'not':
        return [rule.node];
      case 'if':
        return [rule.node, rule.met, rule.otherwise].filter((node) => node !== null);
      default:
        return [];
    }
  });
}
