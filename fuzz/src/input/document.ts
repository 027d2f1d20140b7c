/** What /openapi.json says, as far as requests are made of it. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Media {
  readonly schema?: Schema;
}

export interface Operation {
  readonly method: string;
  /** With `{id}` where an id goes. */
  readonly path: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
  readonly body: Schema | undefined;
  /** By status or `default`, then by media type. */
  readonly answers: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >;
  /** Names of the schemes of which one is asked for; none: open. */
  readonly schemes: readonly string[];
  readonly scopes: readonly string[];
}

export interface Document {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface RawOperation {
  readonly parameters?: readonly { in: string; name: string; schema: Schema }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses?: Operation['answers'];
  readonly security?: readonly Record<string, readonly string[]>[];
}

/** Routes that the document leaves out. */
const HIDDEN = [
  '/metrics',
  '/openapi.json',
  '/docs/errors',
  '/docs/',
  '/',
  '/webhooks',
  '/assets/x.js',
];

export async function readDocument(origin: string): Promise<Document> {
  const answer = await fetch(`${origin}/openapi.json`);
  const document = (await answer.json()) as {
    paths: Record<string, Record<string, RawOperation>>;
    components: { schemas: Record<string, Schema> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => readOperation(path, method, raw)),
  );
  const hidden = HIDDEN.map((path) => readOperation(path, 'get', {}));
  return { operations: [...operations, ...hidden], schemas: document.components.schemas };
}

function readOperation(path: string, method: string, raw: RawOperation): Operation {
  const security = raw.security ?? [];
  return {
    method: method.toUpperCase(),
    path,
    query: (raw.parameters ?? []).filter((parameter) => parameter.in === 'query'),
    body: raw.requestBody?.content['application/json']?.schema,
    answers: raw.responses ?? {},
    schemes: security.flatMap((one) => Object.keys(one)),
    scopes: security.flatMap((one) => Object.values(one).flat()),
  };
}
