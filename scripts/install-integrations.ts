/**
 * What `npm test` does before the tests: installs what is in folders with dependencies of their own,
 * outside of the root's workspaces, so that `npm ci` of the product brings none of it. From each
 * folder's lock, without install scripts, and only where the lock is newer than what is installed.
 */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each has a package.json with exact versions, a package-lock.json and an .npmrc. */
const FOLDERS: readonly string[] = [
  'tools',
  'examples/receivers',
  'integrations/zapier',
  'integrations/n8n-nodes-sydx',
];

const root = fileURLToPath(new URL('..', import.meta.url));

function changedMs(path: string): number {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** npm writes this file last: an install that was interrupted is done again. */
function isInstalled(folder: string): boolean {
  const installed = changedMs(join(folder, 'node_modules/.package-lock.json'));
  return installed > 0 && installed >= changedMs(join(folder, 'package-lock.json'));
}

/** @returns whether it worked */
function install(folder: string): boolean {
  const options = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  // npm says where it is itself; a shell finds the .cmd file of Windows.
  const npm = process.env['npm_execpath'];
  const how: SpawnSyncOptions = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
  const { status } =
    npm === undefined
      ? spawnSync(['npm', ...options].join(' '), { ...how, shell: true })
      : spawnSync(process.execPath, [npm, ...options], how);
  return status === 0;
}

for (const folder of FOLDERS) {
  const path = join(root, folder);
  if (isInstalled(path)) continue;
  process.stderr.write(`Installing ${folder} for the tests, once…\n`);
  if (install(path)) continue;
  process.stderr.write(
    `What ${folder} needs could not be installed, and npm said why above. ` +
      `Mend that, or try it alone: npm ci --ignore-scripts --prefix ${folder}\n`,
  );
  process.exitCode = 1;
}
