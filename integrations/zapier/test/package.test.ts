import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const APP = join(import.meta.dirname, '..');
const TSC = join(APP, 'node_modules/typescript/bin/tsc');

const place = mkdtempSync(join(tmpdir(), 'sydx-zapier-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The npm that runs the tests, or the one of the machine. */
function npm(...args: string[]): string {
  const path = process.env['npm_execpath'];
  const options = { cwd: place, encoding: 'utf8' } as const;
  return path === undefined
    ? execFileSync('npm', args, options)
    : execFileSync(process.execPath, [path, ...args], options);
}

test('its types hold', () => {
  execFileSync(process.execPath, [TSC, '-p', APP], { stdio: 'inherit' });
}, 120_000);

test('packs what was built and nothing else, and that is an app', async () => {
  for (const file of [
    'src',
    'package.json',
    'README.md',
    'LICENSE',
    'tsconfig.json',
    'tsconfig.build.json',
  ]) {
    await cp(join(APP, file), join(place, file), { recursive: true });
  }
  await symlink(join(APP, 'node_modules'), join(place, 'node_modules'), 'dir');
  npm('run', 'build', '--silent');
  const [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts')) as {
    filename: string;
    files: { path: string }[];
  }[];
  const sources = await readdir(join(APP, 'src'), { recursive: true });
  const built = sources
    .filter((path) => /\.(ts|json)$/.test(path))
    .map((path) => `dist/${path.replaceAll('\\', '/').replace(/\.ts$/, '.js')}`);
  const files = packed?.files.map(({ path }) => path).toSorted();
  expect(files).toEqual([...built, 'LICENSE', 'README.md', 'package.json'].toSorted());

  const entry = pathToFileURL(join(place, 'dist/index.js')).href;
  const program = `
    import zapier from 'zapier-platform-core';
    import app from ${JSON.stringify(entry)};
    const { results } = await zapier.createAppHandler(app)({ command: 'validate' });
    process.stdout.write(JSON.stringify({ results, version: app.version }));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: place,
    encoding: 'utf8',
  });
  const { version } = JSON.parse(readFileSync(join(APP, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(said).toContain(JSON.stringify({ results: [], version }));
}, 120_000);
