/**
 * Builds the dashboard when it was never built or its sources are newer: what `npm start` and the
 * tests do first, so that nobody has to think of it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dashboard = join(root, 'packages/dashboard');
const dist = join(dashboard, 'dist');
const built = join(dist, 'index.html');

/** Newest change below a path, milliseconds since 1970; installed packages and the build aside. */
function newestMs(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path).filter(
    (name) => !/^(node_modules|test|dist|dist-\d+)$/.test(name),
  );
  return below.reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), 0);
}

function moveTo(place: string, made: string): void {
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(made, place);
  } catch (error) {
    // Another who built at the same time came first, with the same.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const sources = [dashboard, join(root, 'packages/contract/src'), join(root, 'package-lock.json')];
const newest = Math.max(...sources.map(newestMs));

if (!existsSync(built) || statSync(built).mtimeMs < newest) {
  process.stderr.write('Building the dashboard, once…\n');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  // Built aside and moved: a server that runs, or another who builds, never meets half of it.
  const aside = join(dashboard, `dist-${process.pid}`);
  const options = ['build', '--logLevel', 'warn', '--outDir', basename(aside), '--emptyOutDir'];
  const { status } = spawnSync(process.execPath, [vite, ...options], {
    cwd: dashboard,
    // A test runner's NODE_ENV would build React for developers.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) {
    moveTo(dist, aside);
  } else {
    process.exitCode = status ?? 1;
  }
  rmSync(aside, { recursive: true, force: true });
}
