import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  loadNextSecretsKey,
  loadOrCreateSecretsKey,
  secretsKeyFile,
} from '../../src/embedded/keys.ts';
import { Place } from './place.ts';

describe('the generated SECRETS_KEY', () => {
  let place: Place;
  beforeEach(async () => {
    place = await Place.make();
  });
  afterEach(() => place.clear());

  test('is 32 bytes, made once, and readable by its owner alone', async () => {
    const key = await loadOrCreateSecretsKey(place.path('data'));
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(await loadOrCreateSecretsKey(place.path('data'))).toBe(key);
    expect((await stat(place.path('data', 'secrets-key'))).mode & 0o777).toBe(0o600);
  });

  test('is one key even when several ask at the same moment', async () => {
    const keys = await Promise.all(
      Array.from({ length: 20 }, () => loadOrCreateSecretsKey(place.dir)),
    );
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(place.dir)).toEqual(['secrets-key']);
  });

  test('loses modes that let others read it', async () => {
    const key = await loadOrCreateSecretsKey(place.dir);
    await chmod(place.path('secrets-key'), 0o644);
    expect(await loadOrCreateSecretsKey(place.dir)).toBe(key);
    expect((await stat(place.path('secrets-key'))).mode & 0o777).toBe(0o600);
  });

  test('that is being changed: the next one is on disk first, and is the same after an interruption', async () => {
    const key = await loadOrCreateSecretsKey(place.dir);
    expect(await loadNextSecretsKey(place.dir)).toBeNull();
    const file = secretsKeyFile(place.dir);
    const next = await file.makeNext();
    expect(next).not.toBe(key);
    expect((await stat(place.path('secrets-key.next'))).mode & 0o777).toBe(0o600);
    // Interrupted here, a start has both.
    expect(await loadOrCreateSecretsKey(place.dir)).toBe(key);
    expect(await loadNextSecretsKey(place.dir)).toBe(next);
    expect(await secretsKeyFile(place.dir).makeNext()).toBe(next);
    // Another key than everything was sealed with replaces nothing.
    await expect(file.keepNext(key)).rejects.toThrow(/does not hold the key/);
    expect(await loadOrCreateSecretsKey(place.dir)).toBe(key);
    await file.keepNext(next);
    expect(await loadOrCreateSecretsKey(place.dir)).toBe(next);
    expect(await loadNextSecretsKey(place.dir)).toBeNull();
    expect(await readdir(place.dir)).toEqual(['secrets-key']);
  });

  test.each(['', 'half', 'x'.repeat(44)])('is never replaced when damaged (%s)', async (text) => {
    await writeFile(place.path('secrets-key'), text);
    await expect(loadOrCreateSecretsKey(place.dir)).rejects.toThrow(
      /Put back the file .*SECRETS_KEY/,
    );
  });
});
