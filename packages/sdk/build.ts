import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sdkDir = import.meta.dirname;
const rootDir = join(sdkDir, '../..');

/** Compiles the package that is published into `outDir`, with a package.json of its own. */
export function buildSdk(outDir: string): void {
  rmSync(outDir, { recursive: true, force: true });
  const tsc = join(rootDir, 'node_modules/typescript/bin/tsc');
  const project = join(sdkDir, 'tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', outDir], { stdio: 'inherit' });
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(publishedPackage(), null, 2)}\n`);
  cpSync(join(sdkDir, 'README.md'), join(outDir, 'README.md'));
  cpSync(join(rootDir, 'LICENSE'), join(outDir, 'LICENSE'));
}

function publishedPackage() {
  const source: unknown = JSON.parse(readFileSync(join(sdkDir, 'package.json'), 'utf8'));
  const {
    private: _,
    scripts: __,
    devDependencies: ___,
    ...shared
  } = source as Record<string, unknown>;
  return {
    ...shared,
    sideEffects: false,
    engines: { node: '>=20' },
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    types: './index.d.ts',
  };
}

if (import.meta.main) buildSdk(join(sdkDir, 'dist'));
