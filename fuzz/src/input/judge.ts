import { PROBLEMS, ProblemDocument } from '@sydx/contract';
import { z } from 'zod';
import type { Document, Operation, Schema } from './document.ts';
import type { FuzzRequest } from './requests.ts';
import type { FuzzAnswer } from './send.ts';

/** Judges answers by what /openapi.json promises. @returns what is wrong with one, or null */
export type Judge = (request: FuzzRequest, answer: FuzzAnswer | null) => string | null;

export function createJudge(document: Document): Judge {
  const schemas = new Map<Schema, z.ZodType>();

  function misfit(schema: Schema, body: string): string | null {
    let shape = schemas.get(schema);
    if (shape === undefined) {
      shape = z.fromJSONSchema(bundle(schema, document) as Parameters<typeof z.fromJSONSchema>[0]);
      schemas.set(schema, shape);
    }
    const result = shape.safeParse(parse(body));
    return result.success ? null : `an answer that its schema refuses: ${result.error.message}`;
  }

  return (request, answer) => {
    if (answer === null) return 'no answer in time';
    const { status, contentType } = answer;
    const body = answer.body.toString('utf8');
    if (status === 0)
      return request.raw !== undefined ? null : 'the connection was closed without an answer';
    if (status >= 500 && !isExcused(body)) return `status ${status}: ${body.slice(0, 500)}`;
    if (status >= 400) return isBodiless(request) ? null : wrongRefusal(request, answer, body);
    if (request.operation === undefined || isBodiless(request)) return null;
    const { answers } = request.operation;
    if (Object.keys(answers).length === 0) return null;
    const promised = answers[String(status)];
    if (promised === undefined) return `status ${status}, which the document does not name`;
    const media = promised.content;
    if (media === undefined) return body === '' ? null : `status ${status} with a body`;
    const entry = Object.entries(media).find(([type]) => contentType.startsWith(type));
    if (entry === undefined) {
      return `${contentType} where ${Object.keys(media).join(' or ')} was promised`;
    }
    const [type, { schema }] = entry;
    return type === 'application/json' && schema !== undefined ? misfit(schema, body) : null;
  };
}

/** The codes with which a node says that it is not the caller's fault, and that they may try again. */
function isExcused(body: string): boolean {
  return /"code":"(database_unavailable|overloaded|shutting_down)"/.test(body);
}

function isBodiless({ method, raw }: FuzzRequest): boolean {
  return method === 'HEAD' || raw?.subarray(0, 4).toString() === 'HEAD';
}

function wrongRefusal({ target }: FuzzRequest, answer: FuzzAnswer, body: string): string | null {
  // Whoever posts a form from a browser reads a page.
  if (target.startsWith('/hooks/') && answer.contentType.startsWith('text/html')) {
    return body.includes('<h1>') ? null : `no page: ${body.slice(0, 500)}`;
  }
  return wrongProblem(answer.status, answer.contentType, body);
}

function wrongProblem(status: number, contentType: string, body: string): string | null {
  if (!contentType.startsWith('application/problem+json')) {
    return `status ${status} as ${contentType || 'nothing'}: ${body.slice(0, 200)}`;
  }
  const reading = ProblemDocument.safeParse(parse(body));
  if (!reading.success) return `no problem document: ${body.slice(0, 500)}`;
  const { code, title, detail } = reading.data;
  const registered = PROBLEMS[code];
  if (registered.status !== status || registered.title !== title)
    return `not as registered: ${body}`;
  if (detail === '') return `no detail: ${body}`;
  return /received undefined|Invalid input/.test(body)
    ? `not for people: ${body.slice(0, 500)}`
    : null;
}

/**
 * The schema with all that it refers to, as a document of its own. Without patterns: zod reads them
 * without the flag u that JSON Schema asks for.
 */
function bundle(schema: Schema, { schemas }: Document): unknown {
  const text = JSON.stringify({ ...schema, $defs: schemas }, (name, value: unknown) =>
    name === 'pattern' && typeof value === 'string' ? undefined : value,
  );
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as unknown;
}

/** Undefined for what is not JSON, which no schema takes. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function outcomeOf({ operation }: FuzzRequest, answer: FuzzAnswer | null): string {
  const status = answer?.status ?? 0;
  return `${nameOf(operation)} ${status === 0 ? 'closed' : status}`;
}

function nameOf(operation: Operation | undefined): string {
  return operation === undefined
    ? 'malformed or another method:'
    : `${operation.method} ${operation.path}`;
}
