import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSdk } from '../build.ts';
import { BODY, SECRET, signed } from './delivery.ts';

const dir = mkdtempSync(join(tmpdir(), 'sydx-sdk-'));
const project = join(dir, 'project');
const installed = join(project, 'node_modules/@sydx/sdk');

/** Every Node that this machine has, the oldest of them 20 where there is one, by their version. */
const nodes = new Map<string, string>();
for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin']) {
  const path = join(folder, 'node');
  if (existsSync(path))
    nodes.set(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(), path);
}
nodes.set(process.version, process.execPath);

beforeAll(() => {
  buildSdk(join(dir, 'dist'));
  mkdirSync(project);
  npm(['pack', '--pack-destination', dir], join(dir, 'dist'));
  const tarball = readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  // Nothing to fetch: it works without a network.
  npm(['install', '--offline', '--no-audit', '--no-fund', `../${tarball}`], project);
});
afterAll(() => rmSync(dir, { recursive: true }));

function npm(args: readonly string[], cwd: string): void {
  execFileSync('npm', args, { cwd, stdio: 'pipe' });
}

/** Runs a program of the empty project. @returns what it printed */
async function run(node: string, name: string, code: string): Promise<string> {
  writeFileSync(join(project, name), code);
  return (await promisify(execFile)(node, [name], { cwd: project })).stdout;
}

describe('the tarball, installed in an empty project', () => {
  it('needs nothing and hides nothing that it runs on', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@sydx/sdk', engines: { node: '>=20' } });
    expect(manifest).not.toHaveProperty('private');
    expect(Object.keys(manifest).filter((name) => /dependencies$/i.test(name))).toEqual([]);
    expect(readdirSync(join(project, 'node_modules/@sydx'))).toEqual(['sdk']);
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(installed, 'README.md'), 'utf8')).toContain('# @sydx/sdk');
  });

  it.each([...nodes])(
    'verifies a delivery on Node %s, imported or required',
    async (version, node) => {
      const args = [BODY, signed(BODY, SECRET), SECRET].map((arg) => JSON.stringify(arg)).join();
      const print = `console.log(verify(${args}).event);`;
      const imported = `import { verify } from '@sydx/sdk';\n${print}`;
      expect(await run(node, 'a.mjs', imported)).toBe('message.received\n');
      // Node 20.19 is the first that requires ES modules without a flag.
      if (Number(version.split('.')[1]) < 19 && version.startsWith('v20.')) return;
      const required = `const { verify } = require('@sydx/sdk');\n${print}`;
      expect(await run(node, 'b.cjs', required)).toBe('message.received\n');
    },
  );

  it.each([...nodes])(
    'publishes on Node %s, again after a 503, under one key',
    async (_version, node) => {
      const seen: string[] = [];
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => {
          seen.push(body);
          if (seen.length === 1) response.writeHead(503, { 'retry-after': '0' }).end();
          else response.writeHead(202).end('{"id":"evt_1"}');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const out = await run(
        node,
        'publish.mjs',
        `import { createPublisher } from '@sydx/sdk';
       const publisher = createPublisher({ baseUrl: 'http://127.0.0.1:${port}', apiKey: 'sydx_x' });
       const event = { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 1 } };
       console.log((await publisher.publish(event)).id);`,
      );
      server.close();
      expect(out).toBe('evt_1\n');
      expect(seen).toHaveLength(2);
      expect(seen[0]).toBe(seen[1]);
    },
  );

  it.each(['nodenext', 'bundler'])('types a strict TypeScript program (%s)', (resolution) => {
    writeFileSync(
      join(project, 'program.ts'),
      `import { createPublisher, publishInTransaction, verify, viaPg, type SydxEventOf } from '@sydx/sdk';
       const event = verify('', {}, '');
       if (event.event === 'lead.captured') {
         const email: string | undefined = event.data.email;
         const lead: SydxEventOf<'lead.captured'> = event;
         void [email, lead];
         // @ts-expect-error: the source is one of three
         event.data.source === 'telephone';
       }
       interface Lead { name: string }
       const lead: Lead = { name: 'Priya' };
       const publisher = createPublisher({ baseUrl: 'https://x', apiKey: 'k' });
       const sent: Promise<{ id: string }> = publisher.publish({
         type: 'lead.assigned', data: { lead, agent: { name: 'Rahul', team: 'North' } },
       });
       // @ts-expect-error: recipientCount is a number
       void publisher.publish({ type: 'campaign.sent', data: { name: 'D', recipientCount: '1' } });
       // @ts-expect-error: no such type
       void publisher.publish({ type: 'campaign.lost', data: {} });
       // @ts-expect-error: stats are missing
       void publisher.publishBatch([{ type: 'campaign.completed', data: { name: 'D' } }]);
       // @ts-expect-error: a buffer says what happens when it is full
       publisher.buffer({ onLost: () => {} });
       const tx = viaPg({ query: async (text: string, values: unknown[]) => ({ rows: [text, values] }) });
       // @ts-expect-error: whose event is it?
       void publishInTransaction(tx, { type: 'campaign.sent', data: { name: 'D', recipientCount: 1 } });
       void sent;`,
    );
    const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--strict', '--noEmit', '--module', module, '--moduleResolution', resolution];
    const args = [tsc, ...options, '--ignoreConfig', 'program.ts'];
    expect(spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' }).stdout).toBe('');
  });
});
