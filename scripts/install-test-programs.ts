/**
 * What `npm test` does before the tests: brings the programs that some of them run the product against,
 * from Debian's own packages where it may. Never fails: what cannot be had is said, and its tests are
 * skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findTestPrograms } from './test-programs.ts';

function run(command: string, ...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

const find = () => findTestPrograms().filter(({ path }) => path === null);

const missing = find().map(({ debianPackage }) => debianPackage);
if (missing.length > 0) {
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    process.stderr.write(`Installing ${missing.join(', ')} for the tests, once…\n`);
    const install = (packages: readonly string[]) => {
      const names = packages.flatMap((each) => each.split(' '));
      return run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names);
    };
    // One that this release does not have must not keep the others away.
    if (!install(missing) && run('apt-get', 'update', '-qq') && !install(missing)) {
      for (const each of missing) install([each]);
    }
  }
  for (const { name, debianPackage } of find()) {
    process.stderr.write(
      `Tests that need ${name} are skipped. On Debian and Ubuntu: sudo apt-get install ${debianPackage}\n`,
    );
  }
}
