import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildAside, PACKAGE, run, useOwnHome } from './kit/folder.ts';

const ROOT = join(PACKAGE, '../..');
const ESLINT = join(PACKAGE, 'node_modules/eslint/bin/eslint.js');
const home = useOwnHome();
const built = buildAside();
afterAll(() => {
  built.clear();
  home.clear();
});

interface PackageJson {
  readonly name: string;
  readonly n8n: { readonly nodes: string[]; readonly credentials: string[] };
}
const packageJson = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as PackageJson;

test("n8n's own rules find nothing, and would find something", () => {
  expect(run([ESLINT, '.', '--max-warnings', '0'])).toEqual({ code: 0, out: '' });
  const node = readFileSync(join(PACKAGE, 'nodes/SydxTrigger/SydxTrigger.node.ts'), 'utf8');
  const wrong = join(built.path, 'nodes/SydxTrigger.node.ts');
  mkdirSync(join(built.path, 'nodes'));
  writeFileSync(wrong, node.replace("displayName: 'Options'", "displayName: 'options'"));
  const { out } = run([ESLINT, '--no-ignore', wrong]);
  expect(out).toContain('n8n-nodes-base/node-param-display-name-miscased');
}, 120_000);

test('the types of the tests hold, too', () => {
  const tsc = createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json');
  const bin = join(tsc, '../bin/tsc');
  expect(run([bin, '-p', join(PACKAGE, 'test')])).toEqual({ code: 0, out: '' });
}, 120_000);

const npm = process.env['npm_execpath'] ?? '';
// Whoever starts vitest without npm sees it skipped, by name.
test.runIf(npm.endsWith('.js'))(
  'it packs what n8n loads, and nothing else',
  () => {
    const { code, out } = run([npm, 'pack', '--dry-run', '--json', '--silent'], built.path);
    expect(code, out).toBe(0);
    const json = out.slice(out.search(/^[[{]/m));
    const [pack] = Object.values(JSON.parse(json) as { files: { path: string }[] }[]);
    const paths = pack?.files.map(({ path }) => path) ?? [];
    const { nodes, credentials } = packageJson.n8n;
    expect(paths).toEqual(expect.arrayContaining([...nodes, ...credentials]));
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const others = paths.filter((path) => !path.startsWith('dist/') && path.includes('/'));
    expect(others).toEqual([]);
  },
  120_000,
);

test("n8n's loader finds the node, its icons, its codex and its credential", async () => {
  const { PackageDirectoryLoader } = await import('n8n-core');
  const loader = new PackageDirectoryLoader(built.path);
  await loader.loadAll();
  expect(Object.keys(loader.known.nodes)).toEqual(['sydxTrigger']);
  expect(loader.known.credentials['sydxApi']).toMatchObject({ supportedNodes: ['sydxTrigger'] });
  const [description] = loader.types.nodes;
  expect(description).toMatchObject({
    group: ['trigger'],
    communityNodePackageVersion: '0.1.0',
    codex: { categories: ['Communication', 'Marketing', 'Sales'] },
    __loadOptionsMethods: ['getEventTypes'],
  });
  const urls = description?.iconUrl as { light: string; dark: string };
  for (const url of [urls.light, urls.dark]) {
    expect(existsSync(join(built.path, url.replace(`icons/${packageJson.name}/`, '')))).toBe(true);
  }
});

test('n8n loads it in a context of its own, as in production', () => {
  // Under a test runner n8n-core takes a shortcut.
  const program = `
    const { PackageDirectoryLoader } = require('n8n-core');
    const loader = new PackageDirectoryLoader(${JSON.stringify(built.path)});
    loader.loadAll().then(() => console.log(Object.keys(loader.nodeTypes).join()));`;
  const { out } = run(['--input-type=commonjs', '-e', program]);
  expect(out.trim().split('\n').at(-1)).toBe('sydxTrigger');
}, 60_000);

test('n8n says what is missing before a workflow is made active', async () => {
  const { PackageDirectoryLoader } = await import('n8n-core');
  const { NodeHelpers } = await import('n8n-workflow');
  const loader = new PackageDirectoryLoader(built.path);
  await loader.loadAll();
  const type = NodeHelpers.getVersionedNodeType(loader.getNode('sydxTrigger').type);
  const node = {
    id: '1',
    name: 'Sydx AI Trigger',
    type: 'n8n-nodes-sydx.sydxTrigger',
    typeVersion: 1,
    position: [0, 0] as [number, number],
    parameters: { events: [] },
  };
  const { properties } = type.description;
  const issues = NodeHelpers.getNodeParametersIssues(properties, node, type.description);
  expect(issues?.parameters).toEqual({
    events: ['Parameter "Event Names or IDs" is required.'],
  });
  const given = NodeHelpers.getNodeParameters(properties, {}, true, false, node, type.description);
  expect(given).toEqual({ events: [], filter: {}, combine: 'all', options: {} });
});
