import { createHmac } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { createLog } from '../../src/base/log.ts';
import { loadSettings } from '../../src/base/settings.ts';
import { checkUrlResolves, type UrlPolicy } from '../../src/transport/check-url.ts';
import { toNetworks } from '../../src/transport/guard.ts';
import { OwnInboxes } from '../../src/transport/own-inboxes.ts';
import { createResolver } from '../../src/transport/resolve.ts';
import { cidr } from '../../src/base/settings-readers.ts';
import type { Answer } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

const KEY = 'tenant-key-of-this-test';
const APP_SECRET = 'an-app-secret-of-meta';

/** An address of this machine beside loopback, where it has one. */
const outer =
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';

let database: TestDatabase;
let app: App;

beforeAll(async () => {
  database = await createDatabase();
  const settings = loadSettings({
    PORT: '0',
    HOST: '0.0.0.0',
    DATABASE_URL: database.url,
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: `127.0.0.0/8,::1/128,${outer}/32`,
    PUBLIC_URL: 'https://hooks.example.com',
    BOOTSTRAP_API_KEY: KEY,
  });
  app = await startApp(settings, {
    log: createLog('error'),
    onGenerated: () => Promise.resolve(),
    onInstalled: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

const port = () => new URL(app.address).port;
const base = () => `http://127.0.0.1:${port()}`;

async function post(path: string, body: object): Promise<Pick<Answer, 'status' | 'body'>> {
  const response = await fetch(`${base()}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const save = (url: string) => post('/v1/webhooks', { name: 'x', url, events: ['flow.completed'] });

describe('loops', () => {
  test.each([
    ['by its name', () => 'https://hooks.example.com/hooks/src_1'],
    ['on another port of its name', () => 'https://hooks.example.com:8443/'],
    ['by localhost', () => `http://localhost:${port()}/hooks/src_1`],
    ['by 127.0.0.1', () => `http://127.0.0.1:${port()}/`],
    ['by another spelling of it', () => `http://0x7f.1:${port()}/`],
    ['by another loopback address', () => `http://127.3.2.1:${port()}/`],
    ['by the address of this machine', () => `http://${outer}:${port()}/`],
  ])('a webhook on our own host is refused: %s', async (_name, url) => {
    const refused = await save(url());
    expect(`${refused.status} ${refused.body.code}`).toBe('422 url_refused');
    expect(refused.body.detail).toMatch(/leads back to this system/);
  });

  test('a webhook on another port of this machine is somebody else’s', async () => {
    expect((await save('http://127.0.0.1:9/')).status).toBe(201);
    expect((await save('http://localhost:9/')).status).toBe(201);
  });

  test('a literal address that PUBLIC_URL’s name leads to is our own host, a name with the same is not', async () => {
    const loopback = cidr('127.0.0.0/8');
    if (!('value' in loopback)) throw new Error(loopback.wrong);
    const policy: UrlPolicy = {
      allowHttp: true,
      allowNetworks: toNetworks([loopback.value]),
      exempt: [],
      publicUrl: 'https://hooks.example.com',
      ownInboxes: new OwnInboxes(() => 'https://hooks.example.com'),
    };
    const resolve = async () => Promise.resolve(['203.0.114.7']);
    const check = async (url: string) => {
      const verdict = await checkUrlResolves(url, policy, resolve);
      return verdict.ok || verdict.reason;
    };
    expect(await check('https://203.0.114.7/')).toBe('url_own_host');
    expect(await check(`https://203.0.114.7/inbox/${'a'.repeat(43)}`)).toBe('url_own_host');
    expect(await check(`https://hooks.example.com/inbox/${'a'.repeat(43)}`)).toBe(true);
    expect(await check('https://203.0.114.8/')).toBe(true);
    expect(await check('https://neighbour-at-the-same-proxy.example.com/')).toBe(true);
    const ours = { ...policy, publicUrl: 'http://127.0.0.1:8080' };
    const real = createResolver();
    for (const host of ['localhost', '127.0.0.1', '127.1']) {
      const verdict = await checkUrlResolves(`http://${host}:8080/`, ours, real);
      expect(verdict).toMatchObject({ ok: false, reason: 'url_own_host' });
      expect((await checkUrlResolves(`http://${host}:8081/`, ours, real)).ok).toBe(true);
    }
  });

  test('a source refuses a body that carries our own delivery header, however it is signed', async () => {
    const settings = { verifyToken: 'a-verify-token', appSecret: APP_SECRET };
    const source = await post('/v1/sources', { kind: 'whatsapp', name: 'n', settings });
    const path = new URL(source.body.url as string).pathname;
    const body = '{"object":"whatsapp_business_account","entry":[]}';
    const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex');
    const send = async (headers: Record<string, string>) => {
      const response = await fetch(`${base()}${path}`, {
        method: 'POST',
        headers: { 'x-hub-signature-256': `sha256=${signature}`, ...headers },
        body,
      });
      const text = await response.text();
      return `${response.status} ${text.includes('loop_refused') ? 'loop_refused' : ''}`.trim();
    };
    expect(await send({})).toBe('200');
    expect(await send({ 'x-sydx-delivery': 'dlv_0000000000000' })).toBe('422 loop_refused');
    expect(await send({ 'user-agent': 'SydxAI-Webhook/1.0' })).toBe('422 loop_refused');
  });
});
