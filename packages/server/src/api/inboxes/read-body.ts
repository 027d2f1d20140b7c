import type { IncomingMessage } from 'node:http';

export type BodyFailure = 'too_large' | 'too_slow' | 'broken_off';

/**
 * Reads a body whole, whatever method and type it has.
 *
 * @param limitBytes nothing beyond it is kept
 * @param limitMs for all of it, however it drips
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  limitMs: number,
): Promise<Buffer | BodyFailure> {
  if (Number(request.headers['content-length']) > limitBytes) return Promise.resolve('too_large');
  if (request.destroyed) return Promise.resolve('broken_off');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (outcome: Buffer | BodyFailure): void => {
      clearTimeout(timer);
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limitBytes) end('too_large');
      else chunks.push(chunk);
    };
    const onEnd = (): void => end(Buffer.concat(chunks));
    const onClose = (): void => end('broken_off');
    const timer = setTimeout(() => end('too_slow'), limitMs);
    // Without a listener an abort would end the process; what it means `close` says.
    request.on('error', () => undefined);
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
  });
}
