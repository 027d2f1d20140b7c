import { chmod, chown, cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseAccount } from '../../src/embedded/account.ts';
import { findPackage, openBinaries } from '../../src/embedded/binaries.ts';
import { clusterOf, isRoot, NOBODY, Place, postmasterPid, query } from './place.ts';

async function uidOf(path: string): Promise<number> {
  return (await stat(path)).uid;
}

describe.runIf(isRoot)('started by root', () => {
  let place: Place;
  beforeEach(async () => {
    place = await Place.make();
    // As /root is: nobody else gets in.
    await mkdir(place.path('root', 'clone'), { recursive: true });
    await chmod(place.path('root'), 0o700);
  });
  afterEach(() => place.clear());

  test('PostgreSQL runs as an unprivileged user, and root keeps the key to it', async () => {
    const { dataDir } = await place.start(place.path('data'));
    expect(await uidOf(`/proc/${postmasterPid(dataDir)}`)).toBe(chooseAccount('/none')?.uid);
    expect(await uidOf(`${dataDir}/postgres-password`)).toBe(0);
  });

  test('from a clone under /root, the data goes to /var/lib/sydx, and the log says so', async () => {
    const clone = {
      dataDirGiven: false,
      fallbackDir: place.path('var', 'lib', 'sydx'),
    };
    const first = await place.start(place.path('root', 'clone', 'data'), clone);
    expect(first.dataDir).toBe(clone.fallbackDir);
    expect(first.logged(/The data goes to .*\/var\/lib\/sydx and not to .*may not enter/)).toBe(
      true,
    );
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    await first.end('SIGTERM');

    // Even when the way is free later, the data is found where it went.
    await chmod(place.path('root'), 0o755);
    const next = await place.start(place.path('root', 'clone', 'data'), clone);
    expect(await query(next.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(next.logged(/^The data of .* is in .*\/var\/lib\/sydx/)).toBe(true);
  });

  test('a DATA_DIR that was given is never replaced: one out of reach is refused', async () => {
    const { refused } = await place.start(place.path('root', 'data'));
    expect(refused).toMatch(/may not enter .*\/root\. Set DATA_DIR to .*\/var\/lib\/sydx/);
    expect(await readdir(place.path('root'))).toEqual(['clone']);
  });

  test('data that is there already but out of reach is not left behind for an empty database', async () => {
    await mkdir(clusterOf(place.path('root', 'data')), { recursive: true });
    const { refused } = await place.start(place.path('root', 'data'), { dataDirGiven: false });
    expect(refused).toMatch(/may not enter .*after moving the data there/);
  });

  test('an empty DATA_DIR of mode 0700 is opened just enough', async () => {
    await mkdir(place.path('data'), { mode: 0o700 });
    expect((await place.start(place.path('data'))).refused).toBeUndefined();
    expect((await stat(place.path('data'))).mode & 0o777).toBe(0o711);
  });

  test('data of another user goes on belonging to that user', async () => {
    await mkdir(place.path('data'));
    await chown(place.path('data'), NOBODY, NOBODY);
    const theirs = await place.start(place.path('data'), { uid: NOBODY });
    expect(theirs.refused).toBeUndefined();
    await query(theirs.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    await theirs.end('SIGKILL');

    const roots = await place.start(place.path('data'));
    expect(await query(roots.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(await uidOf(`/proc/${postmasterPid(roots.dataDir)}`)).toBe(NOBODY);
    await roots.end('SIGTERM');
    expect((await place.start(place.path('data'), { uid: NOBODY })).refused).toBeUndefined();
  });

  test('a user who does not own DATA_DIR is refused with a sentence', async () => {
    await (await place.start(place.path('data'))).end('SIGTERM');
    expect((await place.start(place.path('data'), { uid: NOBODY })).refused).toMatch(
      /^EmbeddedError: The data directory .*Start as the user who owns it/,
    );
  });

  test('binaries out of reach are copied, links included, and once', async () => {
    const away = { nativeDir: place.path('root', 'native'), version: '18.0.0' };
    await cp(findPackage().nativeDir, away.nativeDir, { recursive: true, verbatimSymlinks: true });
    await rm(`${away.nativeDir}/lib/libpq.so.5`);
    const account = chooseAccount('/none');
    const first = await openBinaries(place.dir, account, away);
    expect(first).toMatchObject({ binDir: place.path('runtime', '18.0.0', 'bin'), major: 18 });
    expect(first.copied).toMatch(/^Copied PostgreSQL to/);
    expect((await openBinaries(place.dir, account, away)).copied).toBeNull();
    expect((await stat(place.path('runtime', '18.0.0', 'lib', 'libpq.so.5'))).isFile()).toBe(true);
  });

  test('binaries that only root may read (umask 077) are copied too', async () => {
    const away = { nativeDir: place.path('native'), version: '18.0.0' };
    await cp(findPackage().nativeDir, away.nativeDir, { recursive: true, verbatimSymlinks: true });
    await chmod(`${away.nativeDir}/share/postgresql/postgres.bki`, 0o600);
    const { binDir } = await openBinaries(place.dir, chooseAccount('/none'), away);
    expect(binDir).toBe(place.path('runtime', '18.0.0', 'bin'));
  });
});
