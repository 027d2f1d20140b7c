/**
 * What `npm test` does before the tests: brings the programs that some of them run the product against,
 * from Debian's own packages where it may. Never fails: what cannot be had is said, and its tests are
 * skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findFaketime, findPgBouncer } from './test-programs.ts';

function run(command: string, ...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

const find = () => [findPgBouncer(), findFaketime()].filter(({ path }) => path === null);

const missing = find().map(({ debianPackage }) => debianPackage);
if (missing.length > 0) {
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    process.stderr.write(`Installing ${missing.join(' and ')} for the tests, once…\n`);
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
    if (!run('apt-get', ...install) && run('apt-get', 'update', '-qq')) run('apt-get', ...install);
  }
  for (const { name, debianPackage } of find()) {
    process.stderr.write(
      `Tests that need ${name} are skipped. On Debian and Ubuntu: sudo apt-get install ${debianPackage}\n`,
    );
  }
}
