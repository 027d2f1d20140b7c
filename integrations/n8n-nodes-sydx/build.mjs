/**
 * Makes dist from nothing: what n8n loads is CommonJS, and its icons and codex stand beside the code.
 * Into this folder, or into the one that is named.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const dist = join(process.argv[2] ?? here, 'dist');
rmSync(dist, { recursive: true, force: true });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', here, '--outDir', dist], {
  stdio: 'inherit',
});
if (status !== 0) throw new Error('tsc found mistakes.');

for (const file of globSync('nodes/**/*.{svg,node.json}', { cwd: here })) {
  cpSync(join(here, file), join(dist, file));
}
