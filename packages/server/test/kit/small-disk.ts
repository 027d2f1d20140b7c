import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that can be filled to its last byte. */
export interface SmallDisk {
  readonly dir: string;
  fill(): Promise<void>;
  /** Makes room again. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const CHUNK = Buffer.alloc(256 * 1024, 'x');

function mount(dir: string, megabytes: number): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'sydx-test', dir];
  return process.getuid?.() === 0 && spawnSync('mount', options).status === 0;
}

/** Mounts it. @throws Error where this user may not, as without root or in most containers */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const dir = await mkdtemp(join(tmpdir(), 'sydx-disk-'));
  if (!mount(dir, megabytes)) {
    await rm(dir, { recursive: true });
    throw new Error('This user may not mount a file system.');
  }
  await chmod(dir, 0o711);
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: async () => {
      const file = await open(ballast, 'a');
      try {
        for (let chunk = CHUNK; chunk.length > 0; ) {
          try {
            await file.write(chunk);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            // To the last bytes.
            chunk = chunk.subarray(0, Math.floor(chunk.length / 2));
          }
        }
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast),
    remove: async () => {
      spawnSync('umount', ['-l', dir]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Why tests with it are skipped; empty where it can be had. For their names. */
export const noSmallDisk = await mountSmallDisk(1).then(
  async (disk) => {
    await disk.remove();
    return '';
  },
  () => ' [skipped: this user may not mount a disk to fill]',
);
