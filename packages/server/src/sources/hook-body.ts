import { ProblemError } from '../base/problem.ts';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';

/**
 * Ends a body that is longer than a kind of source takes: the server's own limit is of all kinds.
 *
 * @param announced Content-Length, where there is one
 * @throws ProblemError body_too_large for a length that is announced; the stream fails with it else
 */
export function boundedBody(
  payload: Readable,
  limitBytes: number,
  announced: string | undefined,
): Readable {
  if (announced !== undefined) {
    if (Number(announced) > limitBytes) throw tooLarge(limitBytes);
    return payload;
  }
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      bytes += chunk.length;
      if (bytes > limitBytes) pass(tooLarge(limitBytes));
      else pass(null, chunk);
    },
  });
  // pipe tells nobody of a caller who hung up.
  payload.once('error', (error) => bounded.destroy(error));
  return payload.pipe(bounded);
}

function tooLarge(limitBytes: number): ProblemError {
  return new ProblemError('body_too_large', {
    detail: `This source takes bodies of up to ${limitBytes / 1024} KiB.`,
  });
}
