/** Where the product runs, and a key of one of its tenants. */
export interface ApiAccess {
  /** No trailing slash. */
  readonly url: string;
  readonly apiKey: string;
}

/** Calls the product over HTTP, as a program of a tenant does. @throws Error when it refuses */
export async function callApi<T>(
  { url, apiKey }: ApiAccess,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
