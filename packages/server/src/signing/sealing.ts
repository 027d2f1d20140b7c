import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { SealingError } from './sealing-error.ts';
import type { RandomBytes } from './secrets.ts';

// A 96-bit random nonce for each value (NIST SP 800-38D): safe for 2^32 values under one key.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A sealed value: store both columns beside each other. */
export interface Sealed {
  /** Which key opens it: 16 hex characters that tell nothing about the key. */
  keyId: string;
  /** 12 bytes nonce, ciphertext, 16 bytes tag. */
  sealed: Buffer;
}

/** Seals with the current key; opens what the current or the previous one sealed. */
export interface Keyring {
  readonly currentKeyId: string;
  /**
   * @param context names the value's place (a row's id). It is authenticated, so a sealed value
   *   copied into another row does not open there.
   */
  seal(plaintext: string, context: string): Sealed;
  /** @throws SealingError `unknown_key` or `sealed_value_damaged` */
  open(value: Sealed, context: string): string;
  /**
   * Seals with this key from now on; what the keys until now sealed still opens.
   *
   * @param key base64 of 32 bytes
   * @throws SealingError `bad_key`
   */
  turnTo(key: string): void;
}

/**
 * AES-256-GCM for secrets at rest.
 *
 * @param keys SECRETS_KEY and SECRETS_KEY_PREVIOUS: base64 of 32 bytes each
 * @throws SealingError `bad_key`
 */
export function createKeyring(
  keys: { current: string; previous?: string | null | undefined },
  randomBytes: RandomBytes,
): Keyring {
  let currentKey = decodeKey('SECRETS_KEY', keys.current);
  let currentKeyId = fingerprint(currentKey);
  const byId = new Map([[currentKeyId, currentKey]]);
  if (keys.previous) {
    const previousKey = decodeKey('SECRETS_KEY_PREVIOUS', keys.previous);
    byId.set(fingerprint(previousKey), previousKey);
  }
  return {
    get currentKeyId() {
      return currentKeyId;
    },
    turnTo: (key) => {
      currentKey = decodeKey('SECRETS_KEY', key);
      currentKeyId = fingerprint(currentKey);
      byId.set(currentKeyId, currentKey);
    },
    seal: (plaintext, context) => ({
      keyId: currentKeyId,
      sealed: encrypt(currentKey, randomBytes(NONCE_BYTES), plaintext, context),
    }),
    open: ({ keyId, sealed }, context) => {
      const key = byId.get(keyId);
      if (key === undefined) throw unknownKey(keyId, [...byId.keys()]);
      return decrypt(key, sealed, context);
    },
  };
}

function decodeKey(setting: string, base64: string): Buffer {
  // Buffer.from skips what is not base64: without the check a mistyped key would be another key.
  if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) {
    throw new SealingError(
      'bad_key',
      `${setting} must be base64 of 32 bytes (44 characters). Make one with: openssl rand -base64 32`,
    );
  }
  return Buffer.from(base64, 'base64');
}

function fingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('sydx secrets key id').digest('hex').slice(0, 16);
}

function encrypt(key: Buffer, nonce: Uint8Array, plaintext: string, context: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([
    nonce,
    cipher.update(plaintext, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function decrypt(key: Buffer, sealed: Buffer, context: string): string {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw damaged(context);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const ciphertext = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw damaged(context, cause);
  }
}

function unknownKey(keyId: string, known: readonly string[]): SealingError {
  return new SealingError(
    'unknown_key',
    `A secret in the database was sealed with key ${keyId}, and this process has only ` +
      `${known.join(' and ')}. Set SECRETS_KEY to the key that sealed it, or, when the key was ` +
      'changed on purpose, set SECRETS_KEY_PREVIOUS to the old one.',
  );
}

function damaged(context: string, cause?: unknown): SealingError {
  return new SealingError(
    'sealed_value_damaged',
    `The sealed secret of ${context} does not open with the key that it names: the stored value ` +
      'was changed or belongs to another row. Restore it from a backup, or rotate this secret.',
    { cause },
  );
}
