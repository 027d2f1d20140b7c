import { verify } from '@sydx/sdk';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findRunningEmbedded } from '../../src/embedded/find-running.ts';
import { callApi } from '../kit/call-api.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { Machine, type Product } from './product.ts';

let machine: Machine;
let server: Product;
let env: Record<string, string>;
/** The hook of an engineer's own machine. */
let hook: Receiver;

const startHook = (port = 0): Promise<Receiver> =>
  startReceiver((_request, response) => response.writeHead(204).end(), { port });

const hookUrl = (): string => `${hook.origin}/hook?of=mine`;

/** Ids of the events that arrived at it, as often as they did. */
const events = (): string[] => hook.requests.map(({ headers }) => String(headers['webhook-id']));

async function startServer(): Promise<string> {
  server = machine.run(['start'], { DATA_DIR: machine.path('data'), PORT: env['PORT'] ?? '0' });
  const [, url = ''] = await server.said(/runs at (\S+)/);
  return url;
}

beforeAll(async () => {
  machine = await Machine.make();
  env = { DATA_DIR: machine.path('data') };
  const url = await startServer();
  env = { ...env, SYDX_URL: url, PORT: new URL(url).port };
  hook = await startHook();
});
beforeEach(() => {
  hook.requests.length = 0;
});
const listening: Product[] = [];
afterEach(async () => {
  // What a test that failed left would receive the next one's events.
  for (const { child, ended } of listening.splice(0)) {
    child.kill('SIGKILL');
    await ended();
  }
});
afterAll(async () => {
  await hook.close();
  server.child.kill('SIGTERM');
  await server.ended();
  await machine.clear();
});

async function sydx(...args: string[]): Promise<string> {
  const run = machine.run(args, env);
  const code = await run.ended();
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${run.err()}`);
  return run.out();
}

async function trigger(type = 'lead.captured'): Promise<string> {
  return /evt_\w+/.exec(await sydx('trigger', type))?.[0] ?? '';
}

async function listen(...args: string[]): Promise<{ run: Product; secret: string; id: string }> {
  const run = machine.run(['listen', ...args], env);
  listening.push(run);
  const [, secret = ''] = await run.said(/Secret {2,}(whsec_\S+)/);
  const [id] = await run.said(/whk_\w+/);
  return { run, secret, id };
}

async function interrupted(run: Product): Promise<number | string> {
  run.child.kill('SIGINT');
  return await run.ended();
}

async function counts(): Promise<{ webhooks: number; inboxes: number }> {
  const [webhooks, inboxes] = await Promise.all(
    ['webhooks', 'inboxes'].map(async (noun) => {
      const access = { url: env['SYDX_URL'] ?? '', apiKey: apiKey() };
      return (await callApi<{ data: unknown[] }>(access, 'GET', `/v1/${noun}`)).data.length;
    }),
  );
  return { webhooks: webhooks ?? -1, inboxes: inboxes ?? -1 };
}

function apiKey(): string {
  const text = readFileSync(machine.path('data', 'first-run.env'), 'utf8');
  return /^BOOTSTRAP_API_KEY=(.*)$/m.exec(text)?.[1] ?? '';
}

function sorted(ids: readonly string[]): string[] {
  return ids.toSorted((a, b) => a.localeCompare(b));
}

describe('sydx listen --forward', () => {
  test('forwards what verifies with the secret that it showed, and Ctrl+C removes it all', async () => {
    const { run, secret } = await listen('--forward', hookUrl());
    const ids = [await trigger(), await trigger('message.received')];
    await expect.poll(() => sorted(events())).toEqual(sorted(ids));
    for (const { headers, method, path, body } of hook.requests) {
      expect({ method, path }).toEqual({ method: 'POST', path: '/hook?of=mine' });
      expect(verify(body, headers, secret).event).toBe(headers['x-sydx-event']);
      expect(headers['host']).toBe(`127.0.0.1:${hook.port}`);
      expect(headers['user-agent']).toBe('SydxAI-Webhook/1.0');
    }
    const [line] = await run.said(/^\d{4}-.*lead\.captured.*$/m);
    expect(line).toMatch(/ {2}dlv_\w+ {2}attempt 1 {2}→ 204 in \d+ ms$/);
    expect(await counts()).toEqual({ webhooks: 1, inboxes: 1 });
    expect(await interrupted(run)).toBe(0);
    expect(run.err()).toContain('The temporary webhook is removed.');
    expect(await counts()).toEqual({ webhooks: 0, inboxes: 0 });
  });

  test('takes only --events, prints bodies, and without --forward sends nothing on', async () => {
    const { run } = await listen('--events', 'lead.captured', '--print-body');
    await trigger('message.received');
    const id = await trigger();
    await run.said(/^\{"event":"lead\.captured".*\}$/m);
    expect(run.out()).not.toContain('message.received');
    expect(run.out()).not.toContain('→');
    expect(await sydx('deliveries', 'list', '--event-id', id)).toContain('success');
    expect(hook.requests).toEqual([]);
    expect(await interrupted(run)).toBe(0);
  });

  test('prints JSON, a value a line, without colours', async () => {
    const run = machine.run(['listen', '--json', '--forward', hookUrl()], env);
    await run.said(/"kind":"listening".*\n/);
    await trigger();
    await run.said(/"kind":"request".*\n/);
    expect(await interrupted(run)).toBe(0);
    const lines = run
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      expect.objectContaining({ kind: 'listening', secret: expect.stringMatching(/^whsec_/) }),
      expect.objectContaining({
        kind: 'request',
        number: 1,
        forwarded: { status: 204, durationMs: expect.any(Number), tries: 1 },
        signatures: expect.objectContaining({
          sydx: expect.objectContaining({ verdict: 'valid' }),
        }),
      }),
    ]);
    expect(run.out()).not.toContain('\u001B');
  });

  test('says that nobody listens locally, goes on, and tells how to send it again', async () => {
    const { run } = await listen('--forward', hookUrl());
    await hook.close();
    await trigger();
    const [, id = ''] = await run.said(/ECONNREFUSED\); once more: npx sydx redeliver (dlv_\w+)/);
    expect(run.err()).toContain('does not take requests (ECONNREFUSED)');
    hook = await startHook(hook.port);
    const again = await sydx('redeliver', id, '--wait');
    expect(again).toMatch(/^Status +success$/m);
    await run.said(/→ 204/);
    expect(hook.requests).toHaveLength(1);
    expect(await interrupted(run)).toBe(0);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'keeps its place while the server ends by %s and starts again',
    async (signal) => {
      const { run, secret } = await listen('--forward', hookUrl());
      const ids = [await trigger(), await trigger()];
      await expect.poll(() => new Set(events()).size).toBe(2);
      server.child.kill(signal);
      await server.ended();
      await expect.poll(() => run.err()).toContain('Trying again until it answers.');
      await startServer();
      ids.push(await trigger(), await trigger());
      await expect.poll(() => new Set(events()).size).toBe(4);
      await expect.poll(() => run.err()).toContain('The server answers again.');
      // A node that was killed may repeat an attempt whose outcome it had not written yet.
      const arrived = signal === 'SIGKILL' ? [...new Set(events())] : events();
      expect(sorted(arrived)).toEqual(sorted(ids));
      for (const { headers, body } of hook.requests) verify(body, headers, secret);
      expect(await interrupted(run)).toBe(0);
      expect(await counts()).toEqual({ webhooks: 0, inboxes: 0 });
    },
    120_000,
  );

  test('is removed by the server when it was killed, and says so when it was gone too long', async () => {
    const { run } = await listen('--forward', hookUrl());
    run.child.kill('SIGKILL');
    await run.ended();
    expect(await counts()).toEqual({ webhooks: 1, inboxes: 1 });
    const lasting = await listen();
    await lapse();
    await expect.poll(counts, { timeout: 60_000 }).toEqual({ webhooks: 0, inboxes: 0 });
    expect(await lasting.run.ended()).toBe(1);
    expect(lasting.run.err()).toContain('The server has removed the subscription');
  }, 120_000);

  test('is refused with a sentence for a --forward that is no URL and an event type that is none', async () => {
    const noUrl = machine.run(['listen', '--forward', 'ftp://localhost/hook'], env);
    expect(await noUrl.ended()).toBe(2);
    expect(noUrl.err()).toContain('--forward is a URL such as http://localhost:3000/hook.');
    const noType = machine.run(['listen', '--events', 'lead.captured,nope.type'], env);
    expect(await noType.ended()).toBe(1);
    expect(noType.err()).toMatch(/^nope\.type is no event type: write one of .*lead\.captured.*$/m);
    expect(noType.err()).not.toContain('/webhook/events');
    for (const none of ['', ' , ']) {
      const noTypes = machine.run(['listen', '--events', none], env);
      expect(await noTypes.ended()).toBe(2);
      expect(noTypes.err()).toMatch(
        /^--events names no event type: leave it out for all, or write some of /,
      );
    }
    expect(await counts()).toEqual({ webhooks: 0, inboxes: 0 });
  });

  test.each([
    ['localhost:3000/hook', 'http://localhost:3000/hook'],
    ['localhost', 'http://localhost'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['[::1]:3000/hook', 'http://[::1]:3000/hook'],
    ['3000/hook', 'http://localhost:3000/hook'],
    ['3000', 'http://localhost:3000'],
  ])('--forward %s is told to be %s', async (written, meant) => {
    const run = machine.run(['listen', '--forward', written], env);
    expect(await run.ended()).toBe(2);
    expect(run.err()).toContain(`--forward ${written} has no scheme: write --forward ${meant}\n`);
  });
});

test.each([
  ['deliveries', 'show', 'dlv_nope'],
  ['redeliver', 'dlv_nope'],
  ['webhook', 'test', 'whk_nope/../x'],
])('what is not there is said back: sydx %s %s %s', async (...args) => {
  const run = machine.run(args, env);
  expect(await run.ended()).toBe(1);
  expect(run.err()).toMatch(/_nope\S*: Not found \(404 not_found\)\. Check the id/);
});

/** As if the readers of all inboxes had been gone for long. */
async function lapse(): Promise<void> {
  const connectionString = findRunningEmbedded(machine.path('data'));
  if (connectionString === null) throw new Error('The private PostgreSQL does not run.');
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("update sydx.inboxes set expires_at = clock_timestamp() - interval '1 s'");
  await client.end();
}
