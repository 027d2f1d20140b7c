import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CURL = fileURLToPath(new URL('./curl.ts', import.meta.url));
const SYDX = fileURLToPath(new URL('../../bin/sydx.mjs', import.meta.url));

export function hasCommand(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

export interface ShellOptions {
  /** Where the reader is: the clone's folder, with `data` in it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Take our own curl even where there is one. */
  readonly ownCurl?: boolean;
}

/** A terminal in which a reader pastes one block after the other: what is exported stays. */
export class Shell {
  readonly env: Record<string, string>;
  readonly #cwd: string;
  readonly #envPath: string;

  constructor({ cwd, env, ownCurl = !hasCommand('curl') }: ShellOptions) {
    const bin = join(cwd, ownCurl ? 'bin-with-curl' : 'bin');
    mkdirSync(bin, { recursive: true });
    // In the clone npx finds the workspace's own command; here there is no clone.
    command(bin, 'npx', `shift; exec '${process.execPath}' '${SYDX}' "$@"`);
    if (ownCurl) command(bin, 'curl', `exec '${process.execPath}' '${CURL}' "$@"`);
    const path = [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
    this.env = { ...env, PATH: path, HOME: cwd };
    this.#cwd = cwd;
    this.#envPath = join(cwd, 'env');
  }

  /** @returns standard output. @throws Error when a command fails */
  async paste(code: string): Promise<string> {
    const script = `${code}\nenv > '${this.#envPath}'\n`;
    const out = await new Promise<string>((resolve, reject) => {
      const options = { cwd: this.#cwd, env: this.env, timeout: 30_000 };
      execFile('sh', ['-euc', script], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${code}\nfailed: ${stderr}${stdout}`, { cause: error }));
      });
    });
    for (const line of readFileSync(this.#envPath, 'utf8').split('\n')) {
      const [, name, value] = /^([A-Z][A-Z_]*)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.env[name] = value;
    }
    return out;
  }
}

function command(bin: string, name: string, line: string): void {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}
