import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError, hasCode } from './embedded-error.ts';

/**
 * The key that encrypts secrets at rest, made at the first start and kept beside the database.
 *
 * @param dataDir the directory that `startEmbedded` answered
 * @returns base64 of 32 bytes
 * @throws EmbeddedError when the file holds something else: a wrong key opens nothing
 */
export async function loadOrCreateSecretsKey(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  return await loadOrCreate(join(dataDir, KEY_FILE));
}

const KEY_FILE = 'secrets-key';
const NEXT_FILE = 'secrets-key.next';

/**
 * The key that was to replace the present one when a change was interrupted: some secrets may be
 * sealed with it.
 *
 * @returns null when no change is under way
 */
export async function loadNextSecretsKey(dataDir: string): Promise<string | null> {
  const path = join(dataDir, NEXT_FILE);
  return existsSync(path) ? await loadOrCreate(path) : null;
}

/** A generated key and the file that it is kept in. */
export interface KeyFile {
  /** Makes the next key, on disk before anything is sealed with it; the same after an interruption. */
  makeNext(): Promise<string>;
  /**
   * The next key replaces the present one: nothing is sealed with that any more.
   *
   * @param key what everything is sealed with
   * @throws EmbeddedError when the file holds another: then both stay
   */
  keepNext(key: string): Promise<void>;
}

export function secretsKeyFile(dataDir: string): KeyFile {
  return {
    makeNext: () => loadOrCreate(join(dataDir, NEXT_FILE)),
    keepNext: async (key) => {
      const path = join(dataDir, NEXT_FILE);
      if ((await readFile(path, 'utf8')).trim() !== key) {
        throw new EmbeddedError(
          `${path} does not hold the key that secrets were sealed with just now. Keep this server ` +
            'running and run npx sydx secrets rotate again; put back the file if it was changed.',
        );
      }
      await rename(path, join(dataDir, KEY_FILE));
      await syncDirectory(dataDir);
    },
  };
}

async function loadOrCreate(path: string): Promise<string> {
  const key = await writeOnce(path, () => randomBytes(32).toString('base64'));
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== key) {
    throw new EmbeddedError(
      `${path} does not hold base64 of 32 bytes. Put back the file that was there when this ` +
        'database was made, or set SECRETS_KEY to its content.',
    );
  }
  // Someone may have copied the directory without its modes.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  return key;
}

/**
 * Reads a generated secret, or makes it: on disk, whole and readable by its owner alone before it
 * gets its name, so neither a crash nor a second start ever sees or leaves half of it.
 */
export async function writeOnce(path: string, make: () => string): Promise<string> {
  for (;;) {
    try {
      return (await readFile(path, 'utf8')).trim();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    const draft = `${path}.${randomBytes(4).toString('hex')}`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${make()}\n`);
      await handle.sync();
      await handle.close();
      // Unlike rename, link never replaces what another start wrote meanwhile.
      await link(draft, path);
      await syncDirectory(join(path, '..'));
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }
}

/** A name is on disk once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  await directory.sync();
  await directory.close();
}
