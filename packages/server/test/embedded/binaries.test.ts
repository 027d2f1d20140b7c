import { chmod, cp, rm, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseAccount } from '../../src/embedded/account.ts';
import { type BinaryPackage, findPackage, openBinaries } from '../../src/embedded/binaries.ts';
import { isRoot, Place } from './place.ts';

describe('PostgreSQL from node_modules', () => {
  let place: Place;
  let found: BinaryPackage;
  beforeEach(async () => {
    place = await Place.make(0o755);
    found = { nativeDir: place.path('native'), version: '18.0.0' };
    await cp(findPackage().nativeDir, found.nativeDir, { recursive: true, verbatimSymlinks: true });
    // As npm leaves it when install scripts do not run.
    await rm(`${found.nativeDir}/lib/libicuuc.so.60`, { force: true });
    await rm(`${found.nativeDir}/lib/libpq.so.5`, { force: true });
  });
  afterEach(() => place.clear());

  test('library links are made without install scripts', async () => {
    const account = chooseAccount('/none');
    const { binDir, copied } = await openBinaries(place.dir, account, found);
    expect(binDir).toBe(place.path('native', 'bin'));
    expect(copied).toBeNull();
    expect((await stat(`${found.nativeDir}/lib/libicuuc.so.60`)).isFile()).toBe(true);
  });

  test.skipIf(isRoot)('a node_modules that may not be written is copied', async () => {
    await chmod(`${found.nativeDir}/lib`, 0o555);
    try {
      const { binDir, major } = await openBinaries(place.dir, null, found);
      expect(binDir).toBe(place.path('runtime', '18.0.0', 'bin'));
      expect(major).toBe(18);
    } finally {
      await chmod(`${found.nativeDir}/lib`, 0o755);
    }
  });

  test('binaries that do not start here ask for DATABASE_URL', async () => {
    await rm(`${found.nativeDir}/lib/libcrypto.so.1.1`);
    await expect(openBinaries(place.dir, null, found)).rejects.toThrow(
      /does not start \(.*libcrypto[^]*DATABASE_URL/,
    );
  });
});
