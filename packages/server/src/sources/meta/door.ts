import type { Log } from '../../base/log.ts';
import { ProblemError } from '../../base/problem.ts';
import { parseLenient } from '../../exact/index.ts';
import { type HookAnswer, type HookRequest, type OpenSource, secretOf } from '../hook-kind.ts';
import { answerHandshake } from './handshake.ts';
import { isSignedByMeta } from './signature.ts';

/** Meta reads the status alone; the words are for people with curl. */
export const RECEIVED: HookAnswer = {
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body: 'EVENT_RECEIVED',
};

/**
 * Answers Meta's check of the URL.
 *
 * @param product what the URL is for, for whoever opens it by hand
 * @throws ProblemError verification_failed, or bad_request for what is no handshake
 */
export function shakeHands(
  source: OpenSource,
  { query }: Pick<HookRequest, 'query'>,
  product: string,
): HookAnswer {
  const answer = answerHandshake(query, secretOf(source, 'verifyToken'));
  if (answer.accepted) return { status: 200, contentType: answer.contentType, body: answer.body };
  if (answer.reason === 'wrong_token') throw new ProblemError('verification_failed');
  throw new ProblemError('bad_request', {
    detail:
      `This URL is for ${product}: enter it as the callback URL of the Meta app, with the verify ` +
      'token of this source.',
  });
}

/**
 * Opens a notification that Meta signed: its numbers and texts are exact, its depth is bounded.
 * Everything signed is answered 200 once it is on disk, also what says nothing to us: Meta repeats for
 * days what is refused and then ends the subscription, and the same bytes will never read better.
 *
 * @returns undefined for what is not JSON, which is a line in the log
 * @throws ProblemError invalid_signature
 */
export function openNotification(
  source: OpenSource,
  { headers, body }: Pick<HookRequest, 'headers' | 'body'>,
  log: Log,
): unknown {
  if (!isSignedByMeta(body, headers['x-hub-signature-256'], secretOf(source, 'appSecret'))) {
    log.info('A notification was refused: it is not signed with the app secret of this source.');
    throw new ProblemError('invalid_signature');
  }
  const parsed = parseLenient(body.toString('utf8'));
  if (parsed.ok) return parsed.value;
  log.warn({ bytes: body.length }, 'A signed notification is not JSON; nothing was published.');
  return undefined;
}
