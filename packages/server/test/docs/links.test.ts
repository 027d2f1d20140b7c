import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DOCUMENTS, readDocument, ROOT } from './blocks.ts';

const OTHERS = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'packages/sdk/README.md',
  ...globSync('integrations/*/README.md', { cwd: ROOT }),
  ...globSync('examples/**/*.md', { cwd: ROOT, exclude: ['**/node_modules/**'] }),
];

/** Links to files of this repository: `[words](path#heading)`. */
function linksOf(file: string): { path: string; heading: string }[] {
  const text = readDocument(file).replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', heading = ''] = target.split('#');
      return { path: path === '' ? file : join(dirname(file), path), heading };
    });
}

/** The anchors that GitHub makes. */
function headingsOf(file: string): string[] {
  return [...readDocument(file).matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each([...DOCUMENTS, ...OTHERS])('the links of %s', (file) => {
  test('lead somewhere', () => {
    const lost = linksOf(file).filter(({ path, heading }) => {
      if (!existsSync(join(ROOT, path))) return true;
      return heading !== '' && !headingsOf(path).includes(heading);
    });
    expect(lost).toEqual([]);
  });
});

test('every document is in the index', () => {
  const linked = new Set(linksOf('docs/README.md').map(({ path }) => path));
  const missing = DOCUMENTS.filter((file) => file.startsWith('docs/') && !linked.has(file));
  expect(missing).toEqual(['docs/README.md']);
});
