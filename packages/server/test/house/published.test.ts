/** What is published: packed as `npm run release` packs it, and versioned as `npm run version` does. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPacked, type Packed, packPackages } from '../../../../scripts/pack-packages.ts';
import { versionPackages } from '../../../../scripts/version-packages.ts';
import { ROOT } from '../docs/blocks.ts';

const MINUTES = 60_000;
const FOLDERS = ['packages/sdk', 'integrations/n8n-nodes-sydx', 'integrations/zapier'];

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const readJson = (path: string) =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('what npm run release packs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sydx-packed-'));
  let all: Packed[];
  beforeAll(() => {
    all = packPackages(dir);
  }, 5 * MINUTES);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const named = ['@sydx/sdk', 'n8n-nodes-sydx', 'sydx-zapier'];
  const packed = (name: string): Packed => all.find((each) => each.name === name)!;

  test.each(named)('%s: a licence, a README, what is loaded, and nothing else', (name) => {
    const listed = run('tar', ['tzf', packed(name).tarball], dir)
      .trim()
      .split('\n');
    const files = listed.map((path) => path.replace(/^package\//, '')).toSorted();
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const others = files.filter((file) => !['LICENSE', 'README.md', 'package.json'].includes(file));
    const loaded = name === '@sydx/sdk' ? /\.(js|d\.ts)$/ : /^dist\/.*\.(js|json|svg)$/;
    expect(others.filter((file) => !loaded.test(file) || /(^|\/)test/.test(file))).toEqual([]);
    if (name === '@sydx/sdk') {
      const types = others.filter((file) => file.endsWith('.d.ts'));
      expect(types.map((file) => file.replace('.d.ts', '.js'))).toEqual(
        others.filter((file) => file.endsWith('.js')),
      );
    }
  });

  test.each(named)(
    '%s: publint finds nothing, and attw where it is imported',
    (name) => {
      expect(() => checkPacked(packed(name))).not.toThrow();
    },
    2 * MINUTES,
  );

  test(
    'both would find something',
    () => {
      const wrong = join(dir, 'wrong');
      mkdirSync(wrong);
      run('tar', ['xzf', packed('@sydx/sdk').tarball, '-C', wrong], dir);
      const manifest = join(wrong, 'package/package.json');
      const exports = { '.': { types: './index.d.ts', default: './not-there.js' } };
      writeFileSync(manifest, JSON.stringify({ ...readJson(manifest), exports }));
      run('npm', ['pack', '--pack-destination', wrong], join(wrong, 'package'));
      const tarball = join(wrong, readdirSync(wrong).find((file) => file.endsWith('.tgz')) ?? '');
      expect(() => checkPacked({ ...packed('@sydx/sdk'), tarball })).toThrow(/not-there\.js/);
    },
    2 * MINUTES,
  );
});

describe('changesets', () => {
  const clone = mkdtempSync(join(tmpdir(), 'sydx-versions-'));
  afterAll(() => rmSync(clone, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], clone);

  beforeAll(() => {
    const files = [
      'package.json',
      'package-lock.json',
      'pnpm-workspace.yaml',
      '.changeset/config.json',
    ];
    for (const folder of FOLDERS) files.push(`${folder}/package.json`);
    for (const folder of FOLDERS.slice(1)) files.push(`${folder}/package-lock.json`);
    for (const file of files) cpSync(join(ROOT, file), join(clone, file));
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'as it is');
  });

  test('a changeset of ours is understood where there is no network', () => {
    const [waiting] = readdirSync(join(ROOT, '.changeset')).filter((file) =>
      /^(?!README).*\.md$/.test(file),
    );
    const text = "---\n'@sydx/sdk': minor\n'n8n-nodes-sydx': patch\n---\n\nA sentence.\n";
    writeFileSync(
      join(clone, '.changeset/one.md'),
      waiting === undefined ? text : readFileSync(join(ROOT, '.changeset', waiting), 'utf8'),
    );
    const bin = join(ROOT, 'tools/node_modules/@changesets/cli/bin.js');
    run(process.execPath, [bin, 'status', '--output', 'plan.json'], clone);
    const { releases } = readJson(join(clone, 'plan.json')) as { releases: { name: string }[] };
    expect(releases.map(({ name }) => name)).toContain('@sydx/sdk');
    writeFileSync(join(clone, '.changeset/one.md'), text);
  });

  test('npm run changeset says what installs it where it is not', () => {
    const fresh = mkdtempSync(join(tmpdir(), 'sydx-fresh-'));
    mkdirSync(join(fresh, 'scripts'));
    copyFileSync(join(ROOT, 'scripts/changeset.ts'), join(fresh, 'scripts/changeset.ts'));
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: { changeset: string };
    };
    const [, script = ''] = scripts.changeset.split(' ');
    const told = spawnSync(process.execPath, [script], { cwd: fresh, encoding: 'utf8' });
    expect(told.status).toBe(1);
    expect(told.stderr).toMatch(
      /^changesets is not installed.* node scripts\/install-integrations\.ts\n$/,
    );
    rmSync(fresh, { recursive: true });
  });

  test('npm run version: versions, changelogs, and the locks with all their packages', () => {
    const lock = () =>
      readJson(join(clone, 'package-lock.json')) as {
        packages: Record<string, { version: string }>;
      };
    const before = lock();
    const [major, minor, patch] = before.packages['packages/sdk']!.version.split('.').map(Number);
    versionPackages(clone);
    const next = `${major}.${minor! + 1}.0`;
    expect(readJson(join(clone, 'packages/sdk/package.json'))['version']).toBe(next);
    expect(readFileSync(join(clone, 'packages/sdk/CHANGELOG.md'), 'utf8')).toContain('A sentence.');
    const after = lock();
    expect(Object.keys(after.packages)).toEqual(Object.keys(before.packages));
    expect(after.packages['packages/sdk']!.version).toBe(next);
    const n8n = `${major}.${minor}.${patch! + 1}`;
    const own = readJson(join(clone, 'integrations/n8n-nodes-sydx/package-lock.json'));
    expect(own['version']).toBe(n8n);
    expect(own['packages']).toMatchObject({ '': { version: n8n } });
  });
});
