import { type ProblemDocument, PROBLEMS } from '@sydx/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../base/log.ts';
import { ProblemError } from '../base/problem.ts';
import { IdempotencyConflict, Overloaded, ShuttingDown } from '../engine/errors.ts';
import { isDatabaseAway } from '../store/database.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The problem document of an error that may be told to the caller as it is (RFC 9457). */
export function problemDocument(problem: ProblemError): ProblemDocument {
  return {
    type: `/docs/errors#${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...(problem.errors === undefined ? {} : { errors: [...problem.errors] }),
  };
}

export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  return (
    reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_MEDIA_TYPE)
      // Text goes out as it is, past the serializers of the route's own answers.
      .send(JSON.stringify(problemDocument(problem)))
  );
}

/** Answers everything that a route or Fastify throws; what nobody foresaw is logged and not told. */
export function answerErrors(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = toProblem(error);
    if (problem.code === 'body_too_large') hearOut(request, reply);
    if (problem.code === 'internal_error') {
      log.error(
        { err: error, requestId: request.id, method: request.method, route: routeOf(request) },
        'A request failed for a reason that nobody foresaw.',
      );
      void reply.header('x-request-id', request.id);
    } else if (problem.code === 'database_unavailable') {
      log.warn({ err: error, requestId: request.id }, 'The database does not answer.');
    }
    return sendProblem(reply, problem);
  };
}

/** A body of up to this size is read to its end, and thrown away, after it was refused. */
const HEARD_OUT_BYTES = 64 * 1024 * 1024;

/**
 * Fastify says `Connection: close` and node then hangs up on a caller who is still sending, which resets
 * the connection: the caller hears of that instead of reading why. Kept open, node discards the rest,
 * for as long as a request may take.
 */
function hearOut(request: FastifyRequest, reply: FastifyReply): void {
  const announced = Number(request.headers['content-length']);
  if (announced <= HEARD_OUT_BYTES) reply.removeHeader('connection');
}

/** The pattern of the route that was asked for: a path or query may hold what is secret. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** Headers of what is over in a moment. */
export const AGAIN_SOON = { 'retry-after': '1' };

/** Any error as the problem that the caller may know of. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isCallerGone(error)) return new ProblemError('bad_request', { cause: error });
  if (error instanceof IdempotencyConflict) return new ProblemError('idempotency_conflict');
  if (error instanceof Overloaded) return new ProblemError('overloaded', { headers: AGAIN_SOON });
  if (error instanceof ShuttingDown) {
    return new ProblemError('shutting_down', { headers: AGAIN_SOON });
  }
  if (isDatabaseAway(error)) {
    return new ProblemError('database_unavailable', { headers: AGAIN_SOON, cause: error });
  }
  return fromFastify(error) ?? new ProblemError('internal_error', { cause: error });
}

/** The caller hung up in the middle of its body; node gives that the code of a broken database, too. */
function isCallerGone(error: unknown): boolean {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return code === 'ECONNRESET' && message === 'aborted';
}

/** Fastify's own refusals, before a route was reached. */
function fromFastify(error: unknown): ProblemError | null {
  if (!(error instanceof Error)) return null;
  const { code, statusCode } = error as Partial<FastifyError>;
  if (typeof code !== 'string' || !code.startsWith('FST_')) return null;
  switch (statusCode) {
    case 400:
      return new ProblemError('bad_request');
    case 404:
      return new ProblemError('route_not_found');
    case 413:
      return new ProblemError('body_too_large');
    case 414:
      return new ProblemError('not_found');
    case 415:
      return new ProblemError('unsupported_media_type');
    default:
      return null;
  }
}
