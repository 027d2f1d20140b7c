/**
 * `npm run version`: turns the changesets into versions and changelogs, and writes the versions into the
 * locks as well. npm would do that, too, but would also drop other platforms' packages from them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChangesets } from './changeset.ts';

const here = join(import.meta.dirname, '..');

/** What is published, as pnpm-workspace.yaml has it; and the lock and place where its version stands. */
const LOCKED = [
  { folder: 'packages/sdk', lock: 'package-lock.json', place: 'packages/sdk' },
  ...['integrations/n8n-nodes-sydx', 'integrations/zapier'].map((folder) => ({
    folder,
    lock: `${folder}/package-lock.json`,
    place: '',
  })),
];

interface Lock {
  name: string;
  version?: string;
  packages: Record<string, { version?: string }>;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/**
 * @param rootDir a clone
 * @throws Error when changesets is not installed, or refuses, having said why
 */
export function versionPackages(rootDir: string): void {
  if (runChangesets(rootDir, ['version'], 'ignore') !== 0)
    throw new Error('changesets did not make versions.');
  for (const { folder, lock, place } of LOCKED) {
    const { version } = readJson<{ version: string }>(join(rootDir, folder, 'package.json'));
    const path = join(rootDir, lock);
    const locked = readJson<Lock>(path);
    const entry = locked.packages[place];
    if (entry === undefined) throw new Error(`${lock} does not know ${folder}.`);
    entry.version = version;
    if (place === '') locked.version = version;
    writeFileSync(path, `${JSON.stringify(locked, null, 2)}\n`);
  }
}

if (import.meta.main) versionPackages(here);
