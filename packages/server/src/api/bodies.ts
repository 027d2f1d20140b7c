import { isUtf8 } from 'node:buffer';
import { LIMITS } from '@sydx/contract';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../base/problem.ts';
import { parseExact } from '../exact/index.ts';

/**
 * JSON is the one content type, parsed by our own exact reading: what it refuses becomes a problem
 * document that points at the culprit. An empty body is no body, so that a client which always
 * sends Content-Type may call routes that take none.
 */
export function readBodiesExactly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LIMITS.apiRequestBytes },
    (_request, raw, done) => {
      try {
        done(null, raw.length === 0 ? undefined : readJson(raw));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** @throws ProblemError 400 for what is not JSON in UTF-8, 422 for what parsing would change */
function readJson(raw: Buffer): unknown {
  // Decoding replaces bad bytes without a word: what arrives would not be what was sent.
  if (!isUtf8(raw)) throw new ProblemError('malformed_json', { detail: 'It is not valid UTF-8.' });
  const reading = parseExact(raw.toString('utf8'));
  if (reading.ok) return reading.value;
  const { code, pointer, detail } = reading.fault;
  throw new ProblemError(
    code,
    code === 'malformed_json' ? { detail } : { detail, errors: [{ pointer, detail }] },
  );
}
