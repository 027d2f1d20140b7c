import { existsSync, readFileSync } from 'node:fs';
import { access, chmod, constants, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, chooseAccount, firstUnreachable } from './account.ts';
import { EmbeddedError, hasCode, reasonOf } from './embedded-error.ts';

/** Where everything of the private PostgreSQL lies, and who runs it. */
export type Home = {
  /** Real, absolute path of the data directory in use; generated keys lie here too. */
  readonly dir: string;
  /** PostgreSQL's own: entered by `account` alone. */
  readonly serverDir: string;
  readonly clusterDir: string;
  readonly account: Account | null;
  /** A sentence for the log when `dir` is not the directory that was asked for. */
  readonly moved: string | null;
};

export type HomeOptions = {
  readonly dataDir: string;
  readonly dataDirGiven: boolean;
  /** Where a root's data goes when PostgreSQL's user cannot reach the default; /var/lib/sydx. */
  readonly fallbackDir?: string;
};

/** Left in the default directory once its data went elsewhere, so that every later start follows. */
const POINTER = 'location';

/**
 * Finds or makes the data directory. A DATA_DIR that was given is used or refused, never replaced;
 * the default moves to /var/lib/sydx when PostgreSQL's unprivileged user cannot reach it, as in a
 * clone under /root.
 *
 * @throws EmbeddedError when it cannot be made, entered or reached
 */
export async function openHome(options: HomeOptions): Promise<Home> {
  try {
    return await findHome(options);
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) throw error;
    throw new EmbeddedError(
      `The data directory ${options.dataDir} cannot be used (${reasonOf(error)}). ` +
        'Start as the user who owns it, or set DATA_DIR to a directory that you can write.',
      { cause: error },
    );
  }
}

async function findHome(options: HomeOptions): Promise<Home> {
  const { dataDir, dataDirGiven, fallbackDir = '/var/lib/sydx' } = options;
  const pointer = join(dataDir, POINTER);
  if (!dataDirGiven && existsSync(pointer)) {
    const dir = readFileSync(pointer, 'utf8').trim();
    return { ...(await settle(dir)), moved: `The data of ${dataDir} is in ${dir}.` };
  }
  const account = chooseAccount(clusterOf(dataDir));
  const barrier = account === null ? null : await barrierTo(dataDir, account);
  if (account === null || barrier === null) return { ...(await settle(dataDir)), moved: null };

  const sentence =
    `PostgreSQL refuses to run as root, so user ${account.name} runs it, ` +
    `and that user may not enter ${barrier}.`;
  if (dataDirGiven || existsSync(clusterOf(dataDir))) {
    throw new EmbeddedError(
      `${dataDir} cannot hold the database: ${sentence} Set DATA_DIR to a directory that every ` +
        `user can reach, such as ${fallbackDir}${existsSync(clusterOf(dataDir)) ? ', after moving the data there' : ''}, or set DATABASE_URL.`,
    );
  }
  const home = await settle(fallbackDir);
  await mkdir(dataDir, { recursive: true });
  await writeFile(pointer, `${home.dir}\n`);
  return { ...home, moved: `The data goes to ${home.dir} and not to ${dataDir}: ${sentence}` };
}

/** Where the cluster is under a data directory. */
export function clusterOf(dir: string): string {
  return join(dir, 'postgres', 'data');
}

/** The directory that keeps `account` out; our own data directory is opened to it where needed. */
async function barrierTo(dataDir: string, account: Account): Promise<string | null> {
  const barrier = firstUnreachable(dataDir, account);
  if (barrier !== dataDir) return barrier;
  const entries = await readdir(dataDir);
  if (entries.length > 0 && !entries.includes('postgres')) return barrier;
  await chmod(dataDir, 0o711);
  return firstUnreachable(dataDir, account);
}

async function settle(wanted: string): Promise<Omit<Home, 'moved'>> {
  const isRoot = process.getuid?.() === 0;
  // Others may pass through a root's directory, on the way to what they own, but not list it.
  await mkdir(wanted, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  const dir = await realpath(wanted);
  await access(dir, constants.W_OK | constants.X_OK);
  const account = chooseAccount(clusterOf(dir));
  const barrier = account === null ? null : await barrierTo(dir, account);
  if (barrier !== null) {
    throw new EmbeddedError(
      `User ${account?.name ?? ''}, who runs PostgreSQL, may not enter ${barrier}. ` +
        'Let that user through, or set DATA_DIR to another place.',
    );
  }
  return { dir, serverDir: join(dir, 'postgres'), clusterDir: clusterOf(dir), account };
}
