import type { ProblemDocument } from '@sydx/contract';
import { portalToken } from './credentials.ts';
import { ProblemError, UnreachableError } from './problem-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface RequestOptions {
  readonly body?: unknown;
  /** Parameters that are undefined are left out. */
  readonly query?: Query;
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Paths whose 401 says that nobody is in yet, not that a session ended. */
const ENTRANCES = new Set(['/v1/session', '/v1/portal-sessions']);

let sessionEnded: () => void = () => undefined;

/** Whom to tell when the API no longer knows who is asking. */
export function whenSessionEnds(listener: () => void): void {
  sessionEnded = listener;
}

/**
 * One request to the API.
 *
 * @param path from /v1 on, ids already encoded
 * @returns the answer's JSON, or undefined when it has none
 * @throws ProblemError when the API refused
 * @throws UnreachableError when nothing answered
 */
export async function request<Answer>(
  method: Method,
  path: string,
  { body, query, signal }: RequestOptions = {},
): Promise<Answer> {
  const token = portalToken();
  const response = await send(`${path}${search(query)}`, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.ok) return (await readJson(response)) as Answer;
  const problem = await readProblem(response);
  if (problem.code === 'unauthorized' && !ENTRANCES.has(path)) sessionEnded();
  throw problem;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new UnreachableError(error);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreachableError(error);
  }
}

async function readProblem(response: Response): Promise<ProblemError> {
  const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const retryAfterSeconds = Number.isNaN(wait) ? null : wait;
  const isProblem = response.headers.get('content-type')?.includes('json') === true;
  const document = isProblem ? await readJson(response) : {};
  return new ProblemError(response.status, document as Partial<ProblemDocument>, retryAfterSeconds);
}

function search(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** An id for a path. */
export function encode(id: string): string {
  return encodeURIComponent(id);
}
