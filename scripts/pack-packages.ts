/**
 * `npm run release`: builds and packs what is published into `release/`, checks each tarball with publint
 * and attw, and says how it is published. It publishes nothing by itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSdk } from '../packages/sdk/build.ts';

const root = join(import.meta.dirname, '..');
const tools = join(root, 'tools/node_modules');

export interface Packed {
  readonly name: string;
  readonly tarball: string;
  /** How it is published, by whoever may. */
  readonly publish: string;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${basename(command)} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Builds an integration aside, so that nobody who works in its folder notices. */
function buildAside(folder: string, aside: string): void {
  const from = join(root, folder);
  const left = new Set(['node_modules', 'dist', 'test']);
  for (const name of readdirSync(from)) {
    if (!left.has(name)) cpSync(join(from, name), join(aside, name), { recursive: true });
  }
  symlinkSync(join(from, 'node_modules'), join(aside, 'node_modules'));
  run('npm', ['run', 'build'], aside);
}

const PACKAGES = [
  { name: '@sydx/sdk', build: buildSdk, publish: 'npm publish --access public' },
  {
    name: 'n8n-nodes-sydx',
    build: (aside: string) => buildAside('integrations/n8n-nodes-sydx', aside),
    publish: 'npm publish --access public --provenance',
  },
  {
    name: 'sydx-zapier',
    build: (aside: string) => buildAside('integrations/zapier', aside),
    publish: 'npx zapier-platform push, in integrations/zapier',
  },
];

/**
 * @param dir an empty directory, where the tarballs go
 * @throws Error with what a build or npm said
 */
export function packPackages(dir: string): Packed[] {
  return PACKAGES.map(({ name, build, publish }) => {
    const place = join(dir, name.replace(/\W+/g, '-').replace(/^-/, ''));
    const aside = join(place, 'package');
    mkdirSync(aside, { recursive: true });
    build(aside);
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', place], aside);
    const tarball = readdirSync(place).find((each) => each.endsWith('.tgz')) ?? '';
    return { name, tarball: join(place, tarball), publish };
  });
}

/** @throws Error with what publint or attw object to */
export function checkPacked({ tarball, name }: Packed): void {
  run(process.execPath, [join(tools, 'publint/src/cli.js'), 'run', tarball, '--strict'], root);
  // n8n and Zapier load their files by path; only the SDK is imported, and as ES modules.
  if (name !== '@sydx/sdk') return;
  const attw = join(tools, '@arethetypeswrong/cli/dist/index.js');
  run(process.execPath, [attw, tarball, '--profile', 'esm-only'], root);
}

if (import.meta.main) {
  const dir = join(root, 'release');
  rmSync(dir, { recursive: true, force: true });
  for (const packed of packPackages(dir)) {
    checkPacked(packed);
    console.log(`${packed.name}  ${packed.tarball}\n  ${packed.publish}`);
  }
}
