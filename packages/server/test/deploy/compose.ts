import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../docs/blocks.ts';
import { readYaml } from './tools.ts';

export interface Service {
  readonly image?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly deploy?: { readonly replicas: number };
}
export interface ComposeFile {
  readonly name?: string;
  readonly services: Readonly<Record<string, Service>>;
}

/**
 * Reads a compose file as Compose does: `${NAME:-default}` and `${NAME:?sentence}` by `env`.
 *
 * @throws Error with the file's own sentence when a variable that must be given is not
 */
export function readCompose(path: string, env: Readonly<Record<string, string>>): ComposeFile {
  const [file] = readYaml(readFileSync(join(ROOT, path), 'utf8'));
  return interpolated(file, env) as ComposeFile;
}

function interpolated(value: unknown, env: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((part) => interpolated(part, env));
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([name, part]) => [name, interpolated(part, env)]);
    return Object.fromEntries(parts) as unknown;
  }
  if (typeof value !== 'string') return value;
  return value.replaceAll(
    /\$\{(\w+):([-?])([^}]*)\}/g,
    (_all, name: string, kind, rest: string) => {
      const given = env[name] ?? '';
      if (given === '' && kind === '?') throw new Error(`${name}: ${rest}`);
      return given === '' ? rest : given;
    },
  );
}
