import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSdk } from '../build.ts';
import { BODY, SECRET, signed } from './delivery.ts';

const dir = mkdtempSync(join(tmpdir(), 'sydx-sdk-'));
const installed = join(dir, 'node_modules/@sydx/sdk');

beforeAll(() => {
  mkdirSync(join(dir, 'node_modules/@sydx'), { recursive: true });
  buildSdk(installed);
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('the published package', () => {
  it('needs nothing and hides nothing that it runs on', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@sydx/sdk', engines: { node: '>=20' } });
    expect(manifest).not.toHaveProperty('private');
    expect(manifest).not.toHaveProperty('dependencies');
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(installed, 'README.md'), 'utf8')).toContain('# @sydx/sdk');
  });

  it('verifies a delivery as plain JavaScript, imported or required', () => {
    const args = [BODY, signed(BODY, SECRET), SECRET].map((arg) => JSON.stringify(arg)).join();
    const run = (name: string, load: string) => {
      writeFileSync(join(dir, name), `${load}\nconsole.log(verify(${args}).event);`);
      return execFileSync(process.execPath, [join(dir, name)], { encoding: 'utf8' });
    };
    expect(run('a.mjs', "import { verify } from '@sydx/sdk';")).toBe('message.received\n');
    expect(run('b.cjs', "const { verify } = require('@sydx/sdk');")).toBe('message.received\n');
  });

  it.each(['nodenext', 'bundler'])('types a strict TypeScript program (%s)', (resolution) => {
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(dir, 'program.ts'),
      `import { verify, type SydxEventOf } from '@sydx/sdk';
       const event = verify('', {}, '');
       if (event.event === 'lead.captured') {
         const email: string | undefined = event.data.email;
         const lead: SydxEventOf<'lead.captured'> = event;
         void [email, lead];
         // @ts-expect-error: the source is one of three
         event.data.source === 'telephone';
       }`,
    );
    const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--strict', '--noEmit', '--module', module, '--moduleResolution', resolution];
    const args = [tsc, ...options, '--ignoreConfig', 'program.ts'];
    expect(spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' }).stdout).toBe('');
  });
});
