import { createHash, timingSafeEqual } from 'node:crypto';

/** What to answer Meta's GET: the challenge as text/plain, or a refusal and its reason for the log. */
export type HandshakeAnswer =
  | { accepted: true; contentType: 'text/plain; charset=utf-8'; body: string }
  | { accepted: false; reason: 'not_a_subscription' | 'wrong_token' };

/**
 * Meta's check that the URL is ours, made when an admin enters it in the app's dashboard:
 * `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`.
 * Takes the parsed query and the source's verify token. The challenge is echoed only to someone
 * who knows the token, which is compared in constant time whatever its length.
 */
export function answerHandshake(
  query: Readonly<Record<string, unknown>>,
  verifyToken: string,
): HandshakeAnswer {
  const challenge = query['hub.challenge'];
  const token = query['hub.verify_token'];
  if (query['hub.mode'] !== 'subscribe' || typeof challenge !== 'string') {
    return { accepted: false, reason: 'not_a_subscription' };
  }
  if (typeof token !== 'string' || verifyToken === '' || !sameText(token, verifyToken)) {
    return { accepted: false, reason: 'wrong_token' };
  }
  return { accepted: true, contentType: 'text/plain; charset=utf-8', body: challenge };
}

// timingSafeEqual wants equal lengths; digests have them and do not tell the token's length.
function sameText(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
