/** Runs every check that needs no database, says how each went, and prints only what failed. */
import { spawnSync } from 'node:child_process';

const checks: readonly (readonly [name: string, command: string, ...options: string[]])[] = [
  ['format', 'biome', 'format', '.'],
  ['lint and layers', 'oxlint'],
  ['types', 'tsc', '--project', 'tsconfig.json'],
  ['types (browser)', 'tsc', '--project', 'packages/dashboard'],
  ['dead code', 'knip'],
];

// oxlint colours its output wherever CI is set, NO_COLOR or not.
const { CI: _, ...withoutCi } = process.env;
const plain = { ...withoutCi, NO_COLOR: '1' };

const failed: string[] = [];
for (const [name, command, ...options] of checks) {
  const startedAt = performance.now();
  // npm puts node_modules/.bin on the path; a shell finds the .cmd files of Windows as well.
  const { status, stdout, stderr } = spawnSync([command, ...options].join(' '), {
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    env: process.stdout.isTTY ? process.env : plain,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${seconds} s`);
  if (status !== 0) {
    failed.push(name);
    console.log(`${stdout}${stderr}`);
  }
}

if (failed.length > 0) {
  const advice = failed.includes('format') ? ' `npm run format` mends the format.' : '';
  console.log(`Failed: ${failed.join(', ')}.${advice}`);
  process.exitCode = 1;
}
