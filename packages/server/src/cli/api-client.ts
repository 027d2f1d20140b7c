import type { ProblemDocument } from '@sydx/contract';
import { readCredential, realDataDir } from './credentials.ts';
import { CommandError, NotFoundError, ServerAwayError, UsageError } from './errors.ts';
import { plainText } from './plain-text.ts';
import { resolve } from 'node:path';

/** What every command that talks to a running server takes. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly apiKey?: string;
  /** Given: an operator's key acts in this tenant. */
  readonly tenant?: string;
}

/** A string is JSON already. */
type Body = object | string | undefined;
type Query = Readonly<Record<string, string | undefined>>;

/** The HTTP API as the commands use it. Every failure is a CommandError with a sentence. */
export interface ApiClient {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: Body): Promise<T>;
  patch<T>(path: string, body: Body): Promise<T>;
  delete(path: string): Promise<void>;
  /** An answer that goes on: its bytes as they come, until the server ends it or `signal` is aborted. */
  stream(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
}

const PATIENCE_MS = 30_000;

/** @param asOperator takes the operator's key by default, for what only that one may do */
export function connect(options: ConnectionOptions, asOperator = false): ApiClient {
  const base = serverUrl(options).replace(/\/+$/, '');
  const key = apiKey(options, asOperator || options.tenant !== undefined);
  const headers = {
    authorization: `Bearer ${key}`,
    ...(options.tenant === undefined ? {} : { 'sydx-tenant': options.tenant }),
  };

  async function reach(path: string, init: RequestInit): Promise<Response> {
    return await fetch(`${base}${path}`, init).catch((cause: unknown) => {
      throw new ServerAwayError(
        `No server answers at ${base} (${reasonOf(cause)}). Start one with npm start, or say where ` +
          'it is by --url or SYDX_URL.',
        { cause },
      );
    });
  }

  async function stream(
    path: string,
    more: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('it says nothing')), PATIENCE_MS);
    const init = {
      headers: { ...headers, ...more, accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, late.signal]),
    };
    const response = await reach(path, init).finally(() => clearTimeout(timer));
    if (!response.ok) throw refusal(path, response.status, await response.text());
    if (response.body === null) throw new ServerAwayError('The server answered without a stream.');
    return response.body;
  }

  async function call(method: string, path: string, body?: Body): Promise<unknown> {
    const init: RequestInit = {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const response = await reach(path, init);
    const text = await response.text();
    if (!response.ok) throw refusal(path, response.status, text);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    get: async <T>(path: string, query: Query = {}) =>
      (await call('GET', `${path}${queryText(query)}`)) as T,
    post: async <T>(path: string, body?: Body) => (await call('POST', path, body)) as T,
    patch: async <T>(path: string, body: Body) => (await call('PATCH', path, body)) as T,
    delete: async (path) => void (await call('DELETE', path)),
    stream,
  };
}

function serverUrl({ url }: ConnectionOptions): string {
  const { SYDX_URL, PUBLIC_URL, PORT } = process.env;
  const said = url ?? (SYDX_URL || PUBLIC_URL || `http://127.0.0.1:${PORT || '8080'}`);
  if (/^https?:$/.test(URL.parse(said)?.protocol ?? '')) return said;
  throw new UsageError(
    `${said} is no address of a server. Write one such as http://127.0.0.1:8080 (--url, SYDX_URL).`,
  );
}

/** What was said on the command line, then in the environment, then what the first start wrote. */
function apiKey(options: ConnectionOptions, isOperator: boolean): string {
  const { SYDX_API_KEY, OPERATOR_API_KEY, BOOTSTRAP_API_KEY, DATA_DIR } = process.env;
  const given = isOperator ? OPERATOR_API_KEY || SYDX_API_KEY : SYDX_API_KEY || BOOTSTRAP_API_KEY;
  const dataDir = realDataDir(resolve(DATA_DIR || './data'));
  const name = isOperator ? 'OPERATOR_API_KEY' : 'BOOTSTRAP_API_KEY';
  const key = options.apiKey ?? (given || readCredential(dataDir, name));
  if (key !== null) return key;
  throw new CommandError(
    `No key: give one by --api-key or ${isOperator ? 'OPERATOR_API_KEY' : 'SYDX_API_KEY'}. The ` +
      'first start showed them on its terminal, or wrote them to first-run.env in DATA_DIR.',
  );
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] != null);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function refusal(path: string, status: number, text: string): CommandError {
  const Refusal = kindOf(status);
  try {
    const { title, detail, code, errors = [] } = JSON.parse(text) as ProblemDocument;
    const fields = errors.map((each) => `\n  ${each.pointer || '(whole body)'}: ${each.detail}`);
    const hint = status === 401 ? ' Here the key is --api-key or SYDX_API_KEY.' : '';
    const what = code === 'not_found' ? idIn(path) : '';
    return new Refusal(
      `${what}${title} (${status} ${code}). ${detail ?? ''}${hint}${fields.join('')}`,
    );
  } catch (cause) {
    const start = text.slice(0, 200);
    return new Refusal(`The server answered ${status} and no problem document: ${start}`, {
      cause,
    });
  }
}

/** What somebody typed, so that they see what it became: `dlv_x: `, or nothing. */
function idIn(path: string): string {
  const [, id] = /^\/v1\/[a-z-]+\/([^/?]+)/.exec(path) ?? [];
  return id === undefined ? '' : `${plainText(decodeURIComponent(id))}: `;
}

function kindOf(status: number): typeof CommandError {
  if (status === 404) return NotFoundError;
  return status >= 500 || status === 429 ? ServerAwayError : CommandError;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
