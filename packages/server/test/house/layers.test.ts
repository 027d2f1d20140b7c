import { execFile } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOMS, roomOf } from '../../../../scripts/lint/layers.ts';

const root = join(import.meta.dirname, '../../../..');

interface Found {
  readonly files: number;
  /** `path: message` of each import that the layer rule refused. */
  readonly refused: readonly string[];
}

/** Runs the real linter with the real configuration on a folder that looks like the repository. */
function oxlint(folder: string, ...options: string[]): Promise<string> {
  const main = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [main, '--config', join(folder, '.oxlintrc.json'), ...options],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 },
      (failure, stdout) => {
        // It exits with 1 when it found something, which here is the point.
        if (failure === null || failure.code === 1) resolve(stdout);
        else reject(new Error('oxlint did not run', { cause: failure }));
      },
    );
  });
}

async function lint(folder: string): Promise<Found> {
  const report = JSON.parse(await oxlint(folder, '--format', 'json')) as {
    number_of_files: number;
    diagnostics: { code?: string; filename: string; message: string }[];
  };
  return {
    files: report.number_of_files,
    refused: report.diagnostics
      .filter((found) => found.code === 'house(layers)')
      .map((found) => `${found.filename}: ${found.message}`),
  };
}

async function filesToLint(folder: string): Promise<string[]> {
  const listed = await oxlint(folder, '--debug=files');
  return listed.split('\n').map((line) => line.trim());
}

const MODULES = [
  'packages/*/src/**/*.{ts,tsx}',
  '{bench,chaos,fuzz}/src/**/*.ts',
  'integrations/zapier/src/**/*.ts',
  'integrations/n8n-nodes-sydx/{nodes,credentials}/**/*.ts',
];

/** Every module of the product itself, as a path under the root. */
async function modulesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(MODULES, { cwd: folder })) {
    found.push(file.split(sep).join('/'));
  }
  return found;
}

/** One planted import for each edge of the picture that must not be there: [file, import]. */
const planted: readonly (readonly [file: string, line: string])[] = [
  ['packages/contract/src/a.ts', "import '@sydx/sdk';"],
  ['packages/contract/src/b.ts', "import 'node:fs';"],
  ['packages/contract/src/c.ts', "import 'pg';"],
  ['packages/sdk/src/a.ts', "import 'zod';"],
  ['packages/sdk/src/b.ts', "import '@sydx/contract';"],
  ['packages/sdk/src/c.ts', "import '../../contract/src/index.ts';"],
  ['packages/server/src/base/a.ts', "import '../store/pool.ts';"],
  ['packages/server/src/base/b.ts', "import '../retry/schedule.ts';"],
  ['packages/server/src/exact/a.ts', "import '../signing/secret.ts';"],
  ['packages/server/src/exact/b.ts', "import 'node:fs/promises';"],
  ['packages/server/src/signing/a.ts', "import '../store/webhooks.ts';"],
  ['packages/server/src/retry/a.ts', "import '../engine/deliver.ts';"],
  ['packages/server/src/store/a.ts', "import '../engine/publish.ts';"],
  ['packages/server/src/store/b.ts', "import 'fastify';"],
  ['packages/server/src/web/a.ts', "import '../api/server.ts';"],
  ['packages/server/src/workers/a.ts', "import '../engine/engine.ts';"],
  ['packages/server/src/web/b.ts', "import '../store/database.ts';"],
  ['packages/server/src/engine/a.ts', "import '../api/events/routes.ts';"],
  ['packages/server/src/engine/b.ts', "import '../transport/request.ts';"],
  ['packages/server/src/engine/c.ts', "import 'fastify';"],
  ['packages/server/src/engine/d.ts', "import 'pg';"],
  ['packages/server/src/engine/e.ts', "import 'undici';"],
  ['packages/server/src/engine/ports.ts', "import './deliver.ts';"],
  ['packages/server/src/transport/a.ts', "import '../engine/deliver.ts';"],
  ['packages/server/src/transport/b.ts', "import '../store/nodes.ts';"],
  ['packages/server/src/embedded/a.ts', "import '../store/pool.ts';"],
  ['packages/server/src/auth/a.ts', "import '../api/keys/routes.ts';"],
  ['packages/server/src/auth/b.ts', "import 'kysely';"],
  ['packages/server/src/sources/a.ts', "import '../api/sources/routes.ts';"],
  ['packages/server/src/sources/b.ts', "import 'pg';"],
  ['packages/server/src/outbox/a.ts', "import '../api/events/publish.ts';"],
  ['packages/server/src/outbox/b.ts', "import 'undici';"],
  ['packages/server/src/api/a.ts', "import '../transport/guard.ts';"],
  ['packages/server/src/api/b.ts', "import 'kysely';"],
  ['packages/server/src/api/webhooks/deep.ts', "import '../../app.ts';"],
  ['packages/server/src/app.ts', "import './cli/main.ts';"],
  ['packages/server/src/cli/a.ts', "import '../../test/kit/database.ts';"],
  ['packages/server/src/nowhere/a.ts', "import 'node:fs';"],
  ['packages/dashboard/src/main.tsx', "import './pages/logs/LogsPage.tsx';"],
  ['packages/dashboard/src/app/a.tsx', "import '@sydx/server';"],
  ['packages/dashboard/src/app/b.ts', "import 'node:fs';"],
  ['packages/dashboard/src/pages/logs/a.tsx', "import '../../app/theme.ts';"],
  ['packages/dashboard/src/pages/logs/b.tsx', "import 'recharts';"],
  ['packages/dashboard/src/ui/a.tsx', "import '../pages/logs/LogsPage.tsx';"],
  ['packages/dashboard/src/ui/b.ts', "import '@sydx/sdk';"],
  ['packages/dashboard/src/api/a.ts', "import '../ui/notify.ts';"],
  ['packages/dashboard/src/api/b.ts', "import '@mantine/core';"],
  ['integrations/zapier/src/a.ts', "import '@sydx/contract';"],
  ['integrations/n8n-nodes-sydx/nodes/SydxTrigger/a.ts', "import '@sydx/sdk';"],
  ['integrations/n8n-nodes-sydx/nodes/SydxTrigger/b.ts', "import 'node:fs';"],
  ['integrations/n8n-nodes-sydx/credentials/a.ts', "import 'axios';"],
  // Every form that an import can take.
  ['packages/server/src/base/type.ts', "import type { Pool } from 'pg'; export type P = Pool;"],
  ['packages/server/src/base/reexport.ts', "export { publish } from '../engine/publish.ts';"],
  ['packages/server/src/base/everything.ts', "export * from '../engine/publish.ts';"],
  ['packages/server/src/base/dynamic.ts', "export const a = () => import('../app.ts');"],
  ['packages/server/src/base/computed.ts', 'export const a = (x: string) => import(x);'],
  ['packages/server/src/base/inline.ts', "export type P = import('pg').Pool;"],
  ['packages/server/src/base/subpath.ts', "import 'pg/lib/client.js';"],
];

const allowed: readonly (readonly [file: string, line: string])[] = [
  ['packages/contract/src/ok.ts', "import 'zod';"],
  ['packages/sdk/src/ok.ts', "import 'node:crypto';"],
  ['packages/server/src/base/ok.ts', "import '@sydx/contract'; import './clock.ts';"],
  ['packages/server/src/store/ok.ts', "import 'pg'; import '../signing/secret.ts';"],
  ['packages/server/src/engine/ok.ts', "import '../store/nodes.ts';"],
  ['packages/server/src/transport/ok.ts', "import '../engine/ports.ts';"],
  ['packages/server/src/embedded/ok.ts', "import 'pg';"],
  ['packages/server/src/api/webhooks/ok.ts', "import '../problem.ts'; import 'fastify';"],
  ['packages/server/src/cli/ok.ts', "import '../app.ts'; import 'commander';"],
  ['packages/dashboard/src/app/ok.tsx', "import '../pages/logs/LogsPage.tsx';"],
  [
    'packages/dashboard/src/pages/logs/ok.tsx',
    "import '../../ui/Page.tsx'; import '@mantine/core';",
  ],
  ['packages/dashboard/src/api/ok.ts', "import '@sydx/contract'; import './client.ts';"],
  ['packages/server/test/ok.test.ts', "import '../src/engine/publish.ts'; import 'pg';"],
];

describe('the layer rule', () => {
  let folder: string;
  let found: Found;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'layers-')));
    await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    await cp(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    for (const [file, line] of [...planted, ...allowed]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `${line}\n`);
    }
    found = await lint(folder);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test.each(planted)('refuses in %s: %s', (file) => {
    expect(found.refused.filter((line) => line.startsWith(`${file}: `))).toHaveLength(1);
  });

  test.each(allowed)('allows in %s: %s', (file) => {
    expect(found.refused.filter((line) => line.startsWith(`${file}: `))).toEqual([]);
  });

  test('is planted in every room that may not import everything', () => {
    const rooms = new Set(planted.map(([file]) => roomOf(file)));
    expect(Object.keys(ROOMS).filter((room) => !rooms.has(room))).toEqual([
      'bench',
      'chaos',
      'fuzz',
    ]);
  });

  test('has read every planted module', () => {
    expect(found.files).toBeGreaterThanOrEqual(planted.length + allowed.length);
  });

  test('reads every module of this repository', async () => {
    const onDisk = await modulesOf(root);
    const linted = new Set(await filesToLint(root));
    expect(onDisk.length).toBeGreaterThan(20);
    expect(onDisk.filter((file) => !linted.has(file))).toEqual([]);
  });
});
