/**
 * - `bad_key` SECRETS_KEY or SECRETS_KEY_PREVIOUS is not base64 of 32 bytes
 * - `unknown_key` the value was sealed with a key that this process was not given
 * - `sealed_value_damaged` the key is right, but the value was changed or belongs to another row
 */
export type SealingErrorCode = 'bad_key' | 'unknown_key' | 'sealed_value_damaged';

/** A secret could not be sealed or opened. The message says what to do and holds no secret. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
  readonly code: SealingErrorCode;

  constructor(code: SealingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
