import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring } from '../../src/signing/sealing.ts';
import { SealingError } from '../../src/signing/sealing-error.ts';

const newKey = () => randomBytes(32).toString('base64');
const KEY = newKey();
const SECRET = `whsec_${'ab'.repeat(32)}`;
const keyring = createKeyring({ current: KEY }, randomBytes);

function errorOf(run: () => unknown): SealingError {
  try {
    run();
  } catch (error) {
    if (error instanceof SealingError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a sealed secret', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
        expect(keyring.open(keyring.seal(text, context), context)).toBe(text);
      }),
    );
  });

  it('shows nothing of the secret and never looks the same twice', () => {
    const [one, two] = [keyring.seal(SECRET, 'whk_1'), keyring.seal(SECRET, 'whk_1')];
    expect(one.sealed.toString('latin1')).not.toContain('abab');
    expect(one.sealed.equals(two.sealed)).toBe(false);
  });

  it('opens with the key that sealed it after the keyring turned to another', () => {
    const turning = createKeyring({ current: KEY }, randomBytes);
    const before = turning.seal(SECRET, 'whk_1');
    const next = newKey();
    turning.turnTo(next);
    expect(turning.open(before, 'whk_1')).toBe(SECRET);
    const after = turning.seal(SECRET, 'whk_1');
    expect(after.keyId).toBe(turning.currentKeyId);
    expect(after.keyId).not.toBe(before.keyId);
    expect(createKeyring({ current: next }, randomBytes).open(after, 'whk_1')).toBe(SECRET);
    expect(errorOf(() => turning.turnTo('short')).code).toBe('bad_key');
  });

  it('does not open in another row', () => {
    const value = keyring.seal(SECRET, 'whk_1');
    expect(errorOf(() => keyring.open(value, 'whk_2')).code).toBe('sealed_value_damaged');
  });

  it('does not open when any byte of it was changed or taken away', () => {
    const value = keyring.seal(SECRET, 'whk_1');
    for (let at = 0; at < value.sealed.length; at += 1) {
      const changed = Buffer.from(value.sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      for (const sealed of [changed, value.sealed.subarray(0, at)]) {
        const error = errorOf(() => keyring.open({ ...value, sealed }, 'whk_1'));
        expect(error.code).toBe('sealed_value_damaged');
      }
    }
  });
});

describe('changing SECRETS_KEY', () => {
  const value = keyring.seal(SECRET, 'whk_1');
  const nextKey = newKey();

  it('keeps old values open while SECRETS_KEY_PREVIOUS names the old key', () => {
    const next = createKeyring({ current: nextKey, previous: KEY }, randomBytes);
    expect(next.open(value, 'whk_1')).toBe(SECRET);
    expect(next.seal(SECRET, 'whk_1').keyId).toBe(next.currentKeyId);
  });

  it('without it tells which settings to look at, and no key', () => {
    const error = errorOf(() =>
      createKeyring({ current: nextKey }, randomBytes).open(value, 'whk_1'),
    );
    expect(error.code).toBe('unknown_key');
    expect(error.message).toContain('SECRETS_KEY_PREVIOUS');
    expect(error.message).not.toContain(nextKey);
  });

  it('gives the same key the same id on every node', () => {
    expect(createKeyring({ current: KEY }, randomBytes).currentKeyId).toBe(value.keyId);
    expect(value.keyId).toMatch(/^[0-9a-f]{16}$/);
  });
});

it.each([
  '',
  'secret',
  randomBytes(31).toString('base64'),
  randomBytes(33).toString('base64'),
  `${KEY} `,
])('%j is refused as a key by the name of its setting', (key) => {
  expect(errorOf(() => createKeyring({ current: key }, randomBytes)).message).toMatch(
    /^SECRETS_KEY must/,
  );
  if (key === '') return;
  const previous = errorOf(() => createKeyring({ current: KEY, previous: key }, randomBytes));
  expect([previous.code, previous.message]).toEqual([
    'bad_key',
    expect.stringMatching(/^SECRETS_KEY_PREVIOUS must/),
  ]);
});
