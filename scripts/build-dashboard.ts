/**
 * Builds the dashboard when it was never built or its sources are newer: what `npm start` and the
 * tests do first, so that nobody has to think of it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dashboard = join(root, 'packages/dashboard');
const built = join(dashboard, 'dist/index.html');

/** Newest change below a path, milliseconds since 1970; installed packages and the build aside. */
function newestMs(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path).filter(
    (name) => !['node_modules', 'dist', 'test'].includes(name),
  );
  return below.reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), 0);
}

const sources = [dashboard, join(root, 'packages/contract/src'), join(root, 'package-lock.json')];
const newest = Math.max(...sources.map(newestMs));

if (!existsSync(built) || statSync(built).mtimeMs < newest) {
  process.stderr.write('Building the dashboard, once…\n');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: dashboard,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
}
