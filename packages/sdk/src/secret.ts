import { WebhookVerificationError } from './error.ts';

/** One secret's key for each scheme. */
export interface Keys {
  /** X-Sydx-Signature: the whole string. */
  sydx: string;
  /** Standard Webhooks: what follows `whsec_`, base64-decoded. */
  standard: Buffer;
}

/**
 * Reads one secret or several. An empty key would let anybody sign, so a missing environment
 * variable must fail here and not pass on.
 *
 * @throws WebhookVerificationError `secret_invalid`; the message never holds the secret
 */
export function readSecrets(secret: string | readonly string[]): Keys[] {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw invalid('No webhook secret was given. Is the environment variable set?');
  }
  return secrets.map(readSecret);
}

function readSecret(secret: unknown): Keys {
  if (typeof secret !== 'string' || secret === '') {
    throw invalid('The webhook secret is empty. Is the environment variable set?');
  }
  if (!/^whsec_[A-Za-z0-9+/_-]{2,}={0,2}$/.test(secret)) {
    throw invalid(
      'The webhook secret must be whsec_ and the characters after it, without spaces or line ends: copy it whole.',
    );
  }
  return { sydx: secret, standard: Buffer.from(secret.slice('whsec_'.length), 'base64') };
}

function invalid(message: string): WebhookVerificationError {
  return new WebhookVerificationError('secret_invalid', message);
}
