import type { InboxVerdict } from '@sydx/contract';
import type { SignatureVerdict } from '../../signing/judge-signatures.ts';

type Words = Readonly<Record<SignatureVerdict, InboxVerdict>>;

/** What is said of both signatures alike. */
const COMMON = {
  mismatch: {
    verdict: 'invalid',
    sentence:
      'The signature is not of this body under the secret of the webhook: the body was changed on the way, or it was signed with another secret.',
  },
  stale: {
    verdict: 'invalid',
    sentence:
      'The signature fits, but webhook-timestamp was more than 5 minutes from the time of arrival: receivers refuse that as a replay.',
  },
  no_secret: {
    verdict: 'unknown',
    sentence:
      'No webhook leads to this inbox, so there is no secret to check the signature with. Create one with its URL.',
  },
  secret_unreadable: {
    verdict: 'unknown',
    sentence:
      'The secret of the webhook could not be opened, so the signature could not be checked. Tell the operator to check SECRETS_KEY.',
  },
} as const;

const SYDX: Words = {
  ...COMMON,
  valid: {
    verdict: 'valid',
    sentence: 'X-Sydx-Signature is the signature of exactly this body with the webhook’s secret.',
  },
  incomplete: COMMON.mismatch,
  absent: {
    verdict: 'absent',
    sentence:
      'There is no X-Sydx-Signature: this is no delivery of a webhook, or something took the header away.',
  },
};

const STANDARD: Words = {
  ...COMMON,
  valid: {
    verdict: 'valid',
    sentence:
      'webhook-signature is the signature of exactly this body, webhook-id and webhook-timestamp with the webhook’s secret.',
  },
  incomplete: {
    verdict: 'invalid',
    sentence:
      'Standard Webhooks needs webhook-id, webhook-timestamp and webhook-signature together, and not all three are there.',
  },
  absent: {
    verdict: 'absent',
    sentence:
      'There is no webhook-signature: this is no delivery of a webhook, or something took the headers away.',
  },
};

/** The stored codes of both signatures in words. */
export function presentVerdicts(
  sydx: string,
  standard: string,
): { sydx: InboxVerdict; standard: InboxVerdict } {
  return { sydx: wordsFor(SYDX, sydx), standard: wordsFor(STANDARD, standard) };
}

/** A newer version of the product may have stored a code that this one does not know. */
function wordsFor(words: Words, code: string): InboxVerdict {
  return Object.hasOwn(words, code)
    ? words[code as SignatureVerdict]
    : { verdict: 'unknown', sentence: 'This version of the product does not know what was found.' };
}
