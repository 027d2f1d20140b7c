import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedError, hasCode } from './embedded-error.ts';
import { writeOnce } from './keys.ts';
import type { Home } from './home.ts';

/** The one user of the private server, and its database. */
export const USER = 'sydx';

/**
 * Makes the cluster at the first start and checks it at every other.
 *
 * @returns the password of {@link USER}
 * @throws EmbeddedError when the cluster is of another version, or its password is lost
 */
export async function openCluster(home: Home, binaries: Binaries): Promise<string> {
  await mkdir(home.serverDir, { mode: 0o700, recursive: true });
  if (home.account !== null) await chown(home.serverDir, home.account.uid, home.account.gid);
  const passwordPath = join(home.dir, 'postgres-password');
  if (existsSync(home.clusterDir)) {
    checkVersion(home.clusterDir, binaries.major);
    if (!existsSync(passwordPath)) {
      throw new EmbeddedError(
        `${passwordPath} is missing: it holds the password of the database in ${home.clusterDir}. ` +
          'Put it back, or move that directory away to begin with an empty database.',
      );
    }
    return readFileSync(passwordPath, 'utf8').trim();
  }
  const password = await writeOnce(passwordPath, () => randomBytes(32).toString('hex'));
  await initialize(home, binaries, password);
  return password;
}

function checkVersion(clusterDir: string, major: number): void {
  const path = join(clusterDir, 'PG_VERSION');
  const found = existsSync(path) ? readFileSync(path, 'utf8').trim() : 'none';
  if (found === String(major)) return;
  throw new EmbeddedError(
    found === 'none'
      ? `${clusterDir} is not a PostgreSQL data directory. Move it away, or set DATA_DIR.`
      : `The database in ${clusterDir} was made by PostgreSQL ${found}, and this is ${major}. ` +
          `Start the version of this product that brought ${found}, or load the data into a server ` +
          'of your own and set DATABASE_URL.',
  );
}

/** Runs initdb beside the final place and renames: an interrupted one leaves nothing half-made. */
async function initialize(home: Home, binaries: Binaries, password: string): Promise<void> {
  for (const entry of await readdir(home.serverDir)) {
    if (!entry.startsWith('new-')) continue;
    await rm(join(home.serverDir, entry), { recursive: true, force: true, maxRetries: 5 });
  }
  const newDir = join(home.serverDir, `new-${randomBytes(4).toString('hex')}`);
  const passwordPath = `${newDir}-password`;
  const handle = await open(passwordPath, 'wx', 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    if (home.account !== null) await handle.chown(home.account.uid, home.account.gid);
    await initdb(home, binaries, newDir, passwordPath);
  } finally {
    await handle.close();
    await rm(passwordPath, { force: true });
  }
  await rename(newDir, home.clusterDir);
}

async function initdb(
  home: Home,
  binaries: Binaries,
  dir: string,
  passwordPath: string,
): Promise<void> {
  const child = spawn(
    join(binaries.binDir, 'initdb'),
    [
      ['-D', dir, '-U', USER, `--pwfile=${passwordPath}`],
      ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', '--no-instructions'],
      // The built-in provider behaves alike on every machine, whatever LANG says or lacks.
      ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ].flat(),
    { ...runAs(home.account), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, output, errors] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]).catch((error: unknown) => {
    if (!hasCode(error, 'EACCES', 'ENOENT', 'EPERM')) throw error;
    throw new EmbeddedError(`initdb in ${binaries.binDir} does not start. Set DATABASE_URL.`, {
      cause: error,
    });
  });
  if (code === 0) return;
  throw new EmbeddedError(
    `PostgreSQL could not make its data directory in ${home.serverDir}:\n` +
      `${`${errors}\n${output}`.trim().slice(-2000)}\n` +
      'Free the way it names, or set DATA_DIR or DATABASE_URL.',
  );
}
