import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFaketime } from '../../../../scripts/test-programs.ts';

const { path: library } = findFaketime();

/** Why tests of clocks are skipped; empty where libfaketime is there. For their names. */
export const noFaketime = library === null ? ' [skipped: libfaketime is not installed]' : '';

/** A wall clock that can be set, for processes that are started with its environment. */
export interface FakeClock {
  readonly env: Readonly<Record<string, string>>;
  /** Puts it this far from the machine's clock, at once, in processes that run already too. */
  set(offsetSeconds: number): Promise<void>;
  remove(): Promise<void>;
}

/** The monotonic clock stays true, as it does when a machine's time is set. */
export async function makeFakeClock(offsetSeconds: number): Promise<FakeClock> {
  if (library === null) throw new Error('libfaketime is not installed.');
  const dir = await mkdtemp(join(tmpdir(), 'sydx-clock-'));
  // PostgreSQL's user reads it as well.
  await chmod(dir, 0o755);
  const path = join(dir, 'offset');
  const set = async (seconds: number): Promise<void> => {
    await writeFile(`${path}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`, { mode: 0o644 });
    await rename(`${path}.new`, path);
  };
  await set(offsetSeconds);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
