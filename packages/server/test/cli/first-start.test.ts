import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holderOf, readPidFile } from '../../src/embedded/postmaster.ts';
import { curlLines, Machine, type Product, shell } from './product.ts';

const RUNS = /runs at (\S+)/;

describe('npm start on a fresh machine', () => {
  let machine: Machine;
  let env: Record<string, string>;
  let cluster: string;
  let keyFile: string;
  let first: Product;
  beforeAll(async () => {
    machine = await Machine.make();
    env = { DATA_DIR: machine.path('data') };
    cluster = machine.path('data', 'postgres', 'data');
    keyFile = machine.path('data', 'first-run.env');
    first = machine.run(['start'], env);
    await first.said(/--demo\n/);
  });
  afterAll(() => machine.clear());

  test('says where it is, and everything there answers', async () => {
    const [, url] = await first.said(RUNS);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/docs/`)).status).toBe(200);
    expect(first.out()).toContain(`${url}/docs`);
    expect(first.out()).toContain(keyFile);
  });

  test('writes what it made up into a file for its owner alone, and prints none of it', async () => {
    const text = await readFile(keyFile, 'utf8');
    const values = Object.fromEntries(
      [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(values).toEqual({
      BOOTSTRAP_TENANT: expect.stringMatching(/^ten_\w{13}$/),
      BOOTSTRAP_API_KEY: expect.stringMatching(/^sydx_[\w-]{43}$/),
      OPERATOR_API_KEY: expect.stringMatching(/^sydx_[\w-]{43}$/),
      BOOTSTRAP_ADMIN_EMAIL: 'admin@localhost',
      BOOTSTRAP_ADMIN_PASSWORD: expect.stringMatching(/^[\w-]{20}$/),
    });
    for (const name of ['BOOTSTRAP_API_KEY', 'OPERATOR_API_KEY', 'BOOTSTRAP_ADMIN_PASSWORD']) {
      expect(`${first.out()}${first.err()}`).not.toContain(values[name]);
    }
  });

  test('prints curl lines that create a webhook and publish a sample as they stand', async () => {
    const [create = '', publish = '', look = ''] = curlLines(first.out());
    expect(JSON.parse(await shell(machine, create))).toMatchObject({
      id: expect.stringMatching(/^whk_/),
      secret: expect.stringMatching(/^whsec_/),
    });
    const event = JSON.parse(await shell(machine, publish)) as { id: string };
    expect(event.id).toMatch(/^evt_/);
    expect(JSON.parse(await shell(machine, look))).toMatchObject({ data: [{ eventId: event.id }] });
  });

  test('serves the commands, which find the key by themselves', async () => {
    const [, url = ''] = await first.said(RUNS);
    const list = machine.run(['webhook', 'list'], { ...env, SYDX_URL: url });
    expect(await list.ended()).toBe(0);
    expect(list.out()).toContain('https://example.com/webhook');
    const tenant = machine.run(['tenant', 'create', '--id', 'acme', '--json'], {
      ...env,
      SYDX_URL: url,
    });
    expect(await tenant.ended()).toBe(0);
    expect(JSON.parse(tenant.out())).toMatchObject({ id: 'acme', plan: 'pro' });
    const email = /_EMAIL=(\S+)/.exec(await readFile(keyFile, 'utf8'))?.[1];
    const link = machine.run(['person', 'reset-link', email ?? ''], { ...env, SYDX_URL: url });
    expect(await link.ended()).toBe(0);
    expect(link.out()).toContain(`${url}/reset#`);
  });

  test('is refused with a sentence while another runs on the same DATA_DIR', async () => {
    const second = machine.run(['start'], env);
    expect(await second.ended()).toBe(1);
    expect(second.err()).toMatch(/^Another process \(pid \d+ .*DATA_DIR/);
  });

  test('ends in order at SIGTERM: exit code 0 within 6 s, and nothing is left running', async () => {
    const postmaster = readPidFile(cluster)?.pid ?? 0;
    expect(holderOf(postmaster, cluster)).toBe('postmaster');
    const from = performance.now();
    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);
    // 6 s, and what a busy machine adds to them.
    expect(performance.now() - from).toBeLessThan(9_000);
    expect(holderOf(postmaster, cluster)).toBe('nobody');
  });

  test('a later start says where the keys are; its demo shows a verified delivery', async () => {
    const demo = machine.run(['start', '--demo'], env);
    await demo.said(/as they arrive:/);
    expect(demo.out()).toContain(`in the file ${keyFile}`);
    const lines = curlLines(demo.out());
    expect(lines).toHaveLength(1);
    const { id } = JSON.parse(await shell(machine, lines[0] ?? '')) as { id: string };
    const [line] = await demo.said(/^ {2}message\.received .*$/m);
    expect(line).toMatch(
      new RegExp(`${id}  attempt 1  \\d+ ms after the event  signature verified`),
    );
    expect((await stat(machine.path('data', 'demo-key'))).mode & 0o777).toBe(0o600);
    demo.child.kill('SIGINT');
    expect(await demo.ended()).toBe(0);
    expect(existsSync(machine.path('data', 'demo-key'))).toBe(false);
  });

  test('another demo takes over the webhook and the key of the one before', async () => {
    const demo = machine.run(['start', '--demo'], env);
    await demo.said(/as they arrive:/);
    const [, url = ''] = await demo.said(RUNS);
    const list = machine.run(['webhook', 'list', '--json'], { ...env, SYDX_URL: url });
    await list.ended();
    const { data } = JSON.parse(list.out()) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(['npm start -- --demo', 'My first webhook']);
    await shell(machine, curlLines(demo.out())[0] ?? '');
    await demo.said(/signature verified/);
    demo.child.kill('SIGTERM');
    expect(await demo.ended()).toBe(0);
  });

  test('a SECRETS_KEY that opens nothing is refused', async () => {
    const key = Buffer.alloc(32, 1).toString('base64');
    const wrong = machine.run(['start'], { ...env, SECRETS_KEY: key });
    expect(await wrong.ended()).toBe(1);
    expect(wrong.err()).toContain('SECRETS_KEY is not the key that this database was sealed with');
  });
});

describe.runIf(process.platform === 'linux')('npm start on a terminal', () => {
  test('shows once what it made up, in curl lines as well, and writes it nowhere', async () => {
    const machine = await Machine.make();
    try {
      const bin = new URL('../../bin/sydx.mjs', import.meta.url).pathname;
      // util-linux's script gives it a terminal; its own end hangs the terminal up.
      const line = `exec '${process.execPath}' '${bin}' start`;
      const run = machine.spawn('script', ['-qefc', line, '/dev/null'], {
        DATA_DIR: machine.path('data'),
      });
      await run.said(/--demo\r?\n/);
      const text = run.out().replaceAll('\r', '');
      const [, key = ''] = /API key +(sydx_[\w-]{43})$/m.exec(text) ?? [];
      expect(text).toMatch(/First admin +admin@localhost, password [\w-]{20}$/m);
      expect(text).toMatch(/Operator key +sydx_[\w-]{43}$/m);
      expect(curlLines(text)[1]).toContain(key);
      expect(await shell(machine, curlLines(text)[1] ?? '')).toMatch(/"id":"evt_/);
      expect(existsSync(machine.path('data', 'first-run.env'))).toBe(false);
      const postmaster = readPidFile(machine.path('data', 'postgres', 'data'))?.pid ?? 0;
      run.child.kill('SIGTERM');
      await run.ended();
      await expect
        .poll(() => holderOf(postmaster, machine.path('data', 'postgres', 'data')))
        .toBe('nobody');
    } finally {
      await machine.clear();
    }
  });
});
