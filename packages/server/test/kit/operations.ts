import type { Scope } from '@sydx/contract';

/** One route of the OpenAPI document. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  /** Undefined: open to everybody; null: whoever is one of the callers. */
  readonly scope: Scope | null | undefined;
  readonly callers: ReadonlySet<string>;
  readonly takesBody: boolean;
  /** Parameters of the query that name something of a tenant. */
  readonly queryIds: readonly string[];
}

interface OpenApiOperation {
  readonly operationId?: string;
  readonly security?: readonly Readonly<Record<string, readonly Scope[]>>[];
  readonly requestBody?: object;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

export function readOperations(document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lowerCase, operation]) => {
      const method = lowerCase.toUpperCase();
      return {
        name: `${method} ${path}`,
        method,
        path,
        operationId: operation.operationId,
        scope: scopeOf(operation.security ?? []),
        callers: new Set((operation.security ?? []).flatMap((one) => Object.keys(one))),
        takesBody: operation.requestBody !== undefined,
        queryIds: (operation.parameters ?? [])
          .filter((one) => one.in === 'query' && /id$/i.test(one.name))
          .map((one) => one.name),
      };
    }),
  );
}

/** Every alternative asks for the same. */
function scopeOf(security: NonNullable<OpenApiOperation['security']>): Operation['scope'] {
  const scopes = new Set(security.flatMap((one) => Object.values(one).map(([scope]) => scope)));
  if (scopes.size > 1) throw new Error(`Callers need different scopes: ${[...scopes].join()}`);
  return security.length === 0 ? undefined : ([...scopes][0] ?? null);
}
