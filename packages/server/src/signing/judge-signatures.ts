import { type WebhookHeaders, WebhookVerificationError, verify } from '@sydx/sdk';

/** What a receiver with the secret says of a signature. */
export type SignatureVerdict =
  | 'valid'
  /** It is there, and not of these bytes under this secret. */
  | 'mismatch'
  /** It holds, and was made more than five minutes ago or from now. */
  | 'stale'
  /** One of the three headers that belong together is missing. */
  | 'incomplete'
  | 'absent'
  /** No webhook leads here, so there is no secret. */
  | 'no_secret'
  /** There is one, and it does not open. */
  | 'secret_unreadable';

export interface SignatureVerdicts {
  readonly sydx: SignatureVerdict;
  readonly standard: SignatureVerdict;
}

const SYDX = ['x-sydx-signature'];
const STANDARD = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Whether there is anything to judge. */
export function isSigned(headers: Headers): boolean {
  return [...SYDX, ...STANDARD].some((name) => headers[name] !== undefined);
}

/**
 * Judges both signatures, each for itself, by the very code that receivers import.
 *
 * @param headers names in lower case
 * @param secrets of whoever may have signed; one that fits is enough. Null: there are some that don't open
 */
export function judgeSignatures(
  headers: Headers,
  body: Buffer,
  secrets: readonly string[] | null,
  now: () => Date,
): SignatureVerdicts {
  const judge = (names: readonly string[]): SignatureVerdict => {
    const given = names.filter((name) => headers[name] !== undefined);
    if (given.length === 0) return 'absent';
    if (given.length < names.length) return 'incomplete';
    if (secrets === null) return 'secret_unreadable';
    if (secrets.length === 0) return 'no_secret';
    const own = Object.fromEntries(names.map((name) => [name, headers[name]])) as WebhookHeaders;
    try {
      verify(body, own, secrets, { requireStandard: false, now });
      return 'valid';
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      return VERDICTS[error.code];
    }
  };
  return { sydx: judge(SYDX), standard: judge(STANDARD) };
}

const VERDICTS: Readonly<Record<WebhookVerificationError['code'], SignatureVerdict>> = {
  secret_invalid: 'secret_unreadable',
  headers_missing: 'incomplete',
  signature_mismatch: 'mismatch',
  timestamp_invalid: 'stale',
  timestamp_too_old: 'stale',
  timestamp_too_new: 'stale',
  // Signed, and not an event of ours: the signature is what is asked about.
  body_invalid: 'valid',
};
