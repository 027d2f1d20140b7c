import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedError } from '../../src/embedded/embedded-error.ts';
import { lockDirectory } from '../../src/embedded/lock.ts';
import { clearOrphan } from '../../src/embedded/postmaster.ts';

/**
 * Ends and removes what runs that were killed left behind: data directories of a private PostgreSQL
 * under the temporary directory. Runs that go on hold their lock.
 *
 * @param prefix how the names of such directories begin
 */
export async function clearLeftovers(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const dir = join(tmpdir(), name);
    // No lock file yet: another run is just making this directory.
    if (!(await readdir(dir)).includes('lock-owner')) continue;
    try {
      const lock = lockDirectory(dir);
      await clearOrphan(join(dir, 'postgres', 'data'));
      lock.release();
      await rm(dir, { recursive: true, force: true });
    } catch (error) {
      // In use, or another user's.
      if (!(error instanceof EmbeddedError)) throw error;
    }
  }
}
