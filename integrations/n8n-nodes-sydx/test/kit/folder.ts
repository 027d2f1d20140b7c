import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The package's own folder. */
export const PACKAGE = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  /** All that it wrote. */
  readonly out: string;
}

/**
 * Runs a program of Node's, in the package's folder unless told. It is not told that tests run: n8n's
 * rules and loader take shortcuts then.
 */
export function run(args: readonly string[], cwd = PACKAGE): Ran {
  const { NODE_ENV: _node, VITEST: _vitest, ...env } = process.env;
  const options = { cwd, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { code: status, out: `${stdout}${stderr}` };
}

/**
 * The package as it is published, built anew in a folder of its own, so that tests beside each other
 * never meet half of it. It lies in the package's folder: from there n8n's packages are found.
 */
export function buildAside(): { readonly path: string; readonly clear: () => void } {
  const path = mkdtempSync(join(PACKAGE, 'dist-'));
  const { code, out } = run(['build.mjs', path]);
  if (code !== 0) throw new Error(out);
  for (const file of ['package.json', 'README.md', 'LICENSE']) {
    if (existsSync(join(PACKAGE, file))) cpSync(join(PACKAGE, file), join(path, file));
  }
  return { path, clear: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * n8n's packages keep a file with a key in the home directory: it is a directory of the tests'. To be
 * called before n8n-core is loaded.
 */
export function useOwnHome(): { readonly clear: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'sydx-n8n-'));
  process.env['N8N_USER_FOLDER'] = home;
  process.env['N8N_ENCRYPTION_KEY'] = 'of the tests alone';
  return { clear: () => rmSync(home, { recursive: true, force: true }) };
}
