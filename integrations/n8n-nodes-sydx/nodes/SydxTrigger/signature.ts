import { createHmac, timingSafeEqual } from 'node:crypto';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How far webhook-timestamp may be from this machine's time, either way. */
const TOLERANCE_MS = 300_000;

/**
 * - `genuine`: both signatures hold, and it was signed just now
 * - `unsigned`: a header that every delivery has is missing
 * - `forged`: a signature does not hold under this secret
 * - `stale`: signed with this secret, but not now: a replay, or a clock that is wrong
 */
export type Verdict = 'genuine' | 'unsigned' | 'forged' | 'stale';

/** Whether the headers without which no delivery comes are there. */
export function isSigned(headers: Headers): boolean {
  return readSignatures(headers) !== null;
}

/**
 * Judges a request by both signatures: X-Sydx-Signature (hex HMAC-SHA256 of the body, keyed with the whole
 * secret) and Standard Webhooks 1.0. Compared in constant time.
 *
 * @param body the bytes that came, before anything parsed them
 * @param headers with names in lower case, as Node gives them
 * @param secret the webhook's, `whsec_…`
 */
export function judge(body: Buffer, headers: Headers, secret: string, nowMs: number): Verdict {
  const given = readSignatures(headers);
  if (given === null) return 'unsigned';
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const sydx = createHmac('sha256', secret).update(body).digest('hex');
  const standard = createHmac('sha256', key)
    .update(`${given.id}.${given.timestamp}.`)
    .update(body)
    .digest('base64');
  const holds =
    equal(given.sydx, sydx) &&
    given.standard.split(' ').some((candidate) => equal(candidate, `v1,${standard}`));
  if (!holds) return 'forged';
  return Math.abs(nowMs - Number(given.timestamp) * 1000) <= TOLERANCE_MS ? 'genuine' : 'stale';
}

function readSignatures(headers: Headers) {
  const sydx = headers['x-sydx-signature'];
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const standard = headers['webhook-signature'];
  const all = [sydx, id, timestamp, standard];
  if (!all.every((value) => typeof value === 'string' && value !== '')) return null;
  return { sydx, id, timestamp, standard } as Record<
    'sydx' | 'id' | 'timestamp' | 'standard',
    string
  >;
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
