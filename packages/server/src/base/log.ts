import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './settings.ts';

export type Log = Logger;

/**
 * Names under which a secret could stand in a logged object. Nothing logs one on purpose: this is
 * the second line, for the day that somebody logs a whole row or request. URLs of webhooks are
 * secrets as well and go through maskUrl.
 */
const SECRET_NAMES = [
  'secret',
  'secrets',
  'key',
  'apiKey',
  'password',
  'authorization',
  'cookie',
  'appSecret',
  'verifyToken',
  'pageAccessToken',
  'url',
  'databaseUrl',
  'secretsKey',
  'operatorApiKey',
  'bootstrapApiKey',
];

/**
 * One line of JSON for each entry.
 *
 * @param destination where lines go; standard output by default
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[hidden]',
    },
    serializers: { err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * The driver hangs values of the query on its errors (`detail` quotes rows, `parameters`): of an error
 * only name, message, code and stack are written, and those of its causes.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
