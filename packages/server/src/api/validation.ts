import { hasMoreValues, judge, type ProblemCode } from '@sydx/contract';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { ProblemError } from '../base/problem.ts';

const CODES: Readonly<Record<string, ProblemCode>> = {
  body: 'invalid_body',
  querystring: 'invalid_query',
  // An id that cannot exist is a stranger like any other.
  params: 'not_found',
  headers: 'bad_request',
};

/** An operator's source routes thousands of numbers; nothing else holds more than a few. */
const MOST_VALUES = 50_000;

/** Judges a part of the request by its zod schema; each bad field is named by a JSON Pointer. */
export const validateByZod: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = 'body' }) => {
  const code = CODES[httpPart] ?? 'bad_request';
  return (data: unknown) => {
    // Fastify hands a missing body over as null, which nobody can send: JSON null is refused alike.
    if (httpPart === 'body' && data === null) {
      return {
        error: new ProblemError('malformed_json', { detail: 'The body is empty: send JSON.' }),
      };
    }
    if (httpPart === 'body' && hasMoreValues(data, MOST_VALUES)) {
      const detail = `holds more than ${MOST_VALUES} values`;
      return { error: new ProblemError(code, { errors: [{ pointer: '', detail }] }) };
    }
    const judgement = judge(schema, data);
    if (judgement.ok) return { value: judgement.value };
    const errors = code === 'not_found' ? undefined : judgement.errors;
    return { error: new ProblemError(code, { errors }) };
  };
};
