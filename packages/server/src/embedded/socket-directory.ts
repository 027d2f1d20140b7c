import { chown, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { firstUnreachable } from './account.ts';
import { SOCKET_PORT } from './configuration.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Home } from './home.ts';

/** Bytes of a socket's path, less its final NUL: `sun_path` has 108 on Linux and 104 elsewhere. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
const PREFIX = 'sydx-';

/**
 * Finds a directory for the socket: beside the data, or, where that path is too long for a socket,
 * a new one under the temporary directory that only PostgreSQL's user enters.
 */
export async function openSocketDirectory(home: Home): Promise<string> {
  if (fits(home.serverDir)) return home.serverDir;
  for (const parent of [tmpdir(), '/tmp']) {
    const real = await realpath(parent);
    if (!fits(join(real, `${PREFIX}123456`))) continue;
    if (home.account !== null && firstUnreachable(real, home.account) !== null) continue;
    const dir = await mkdtemp(join(real, PREFIX));
    if (home.account !== null) await chown(dir, home.account.uid, home.account.gid);
    return dir;
  }
  throw new EmbeddedError(
    `${home.dir} is too long a path for a Unix socket. Set DATA_DIR to a shorter one.`,
  );
}

/** Removes a directory that {@link openSocketDirectory} made, also in a run that was killed. */
export async function removeSocketDirectory(dir: string, home: Home): Promise<void> {
  if (dir === home.serverDir || !/^sydx-\w{6}$/.test(basename(dir))) return;
  await rm(dir, { recursive: true, force: true });
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, `.s.PGSQL.${SOCKET_PORT}`)) <= MAX_PATH_BYTES;
}
