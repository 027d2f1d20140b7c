/** `npm run changeset`: changesets, which is installed apart, in `tools/`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');
const PROGRAM = 'tools/node_modules/@changesets/cli/bin.js';

/**
 * @param rootDir a clone
 * @param input whether it may ask
 * @returns its exit code
 * @throws Error when it is not installed, with the command that installs it
 */
export function runChangesets(
  rootDir: string,
  args: readonly string[],
  input: 'inherit' | 'ignore',
): number {
  const program = join(here, PROGRAM);
  if (!existsSync(program)) {
    throw new Error(
      'changesets is not installed, since the product does not need it. Run first: node scripts/install-integrations.ts',
    );
  }
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: rootDir,
    stdio: [input, 'inherit', 'inherit'],
  });
  return status ?? 1;
}

if (import.meta.main) {
  try {
    process.exitCode = runChangesets(here, process.argv.slice(2), 'inherit');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
