import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerHooks } from '../../src/sources/hooks.ts';
import { registerDashboard } from '../../src/web/dashboard.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;
let secure: TestApi;
let key: string;

beforeAll(async () => {
  database = await createDatabase();
  const more = [registerHooks, registerDashboard];
  api = await startTestApi(database.url, { more });
  secure = await startTestApi(database.url, {
    more,
    env: { PUBLIC_URL: 'https://hooks.example.com' },
  });
  ({ key } = await api.makeTenantWithKey('acme'));
});

afterAll(async () => {
  await api.close();
  await secure.close();
  await database.drop();
});

type Headers = Readonly<Record<string, unknown>>;

/** What an answer lacks, in words; nothing is right. */
function lacking(headers: Headers, mayBeFramed = false): string[] {
  const lacks: string[] = [];
  const policy = String(headers['content-security-policy']);
  if (headers['x-content-type-options'] !== 'nosniff') lacks.push('nosniff');
  if (headers['referrer-policy'] !== 'no-referrer') lacks.push('referrer policy');
  if (headers['cross-origin-resource-policy'] !== 'same-origin') lacks.push('resource policy');
  if (!policy.includes("default-src 'none'")) lacks.push(`default-src 'none' in ${policy}`);
  const framed = mayBeFramed ? "frame-ancestors 'self'" : "frame-ancestors 'none'";
  if (!policy.includes(framed)) lacks.push(`${framed} in ${policy}`);
  return lacks;
}

const PAGES = ['/sign-in', '/invite', '/reset', '/docs', '/docs/', '/docs/errors'];
const FRAMED_PAGES = ['/', '/portal', '/settings', '/settings/webhooks'];
const FILES = ['/favicon.svg', '/color-scheme.js', '/assets/nothing.js', '/docs/js/scalar.js'];

describe('security headers', () => {
  test('are on every answer of every route of the OpenAPI document, with a key and without', async () => {
    const { body } = await api.call('GET', '/openapi.json');
    const findings: string[] = [];
    let count = 0;
    for (const [path, methods] of Object.entries(body.paths as Record<string, object>)) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const url = path.replaceAll(/\{\w+\}/g, 'whk_0000000000000');
        for (const call of [{}, { key }, { key, raw: '{' }, { key, body: { no: 'such' } }]) {
          const answer = await api.call(method, url, method === 'GET' ? { key } : call);
          count += 1;
          for (const lack of lacking(answer.headers)) {
            findings.push(`${method} ${url} ${answer.status}: ${lack}`);
          }
        }
      }
    }
    expect(findings).toEqual([]);
    expect(count).toBeGreaterThan(150);
  });

  test('are on pages, files, the API reference and the errors page', async () => {
    for (const path of [...PAGES, ...FILES, '/openapi.json', '/metrics', '/healthz', '/readyz']) {
      const answer = await api.call('GET', path);
      expect([path, lacking(answer.headers)]).toEqual([path, []]);
      expect(answer.status, path).toBeLessThan(500);
    }
    for (const path of FRAMED_PAGES) {
      const answer = await api.call('GET', path);
      expect([path, lacking(answer.headers, true)]).toEqual([path, []]);
    }
  });

  test.each([
    ['an unknown path', 'GET', '/nothing', 404],
    ['an unknown method', 'PUT', '/v1/webhooks', 405],
    ['a path that is no URL', 'GET', '/%zz', 400],
    ['a path that is too long', 'GET', `/v1/webhooks/${'x'.repeat(300)}`, 404],
    ['no key', 'GET', '/v1/webhooks', 401],
  ])('are on errors: %s', async (_name, method, path, status) => {
    const answer = await api.call(method, path);
    expect(answer.status).toBe(status);
    expect(lacking(answer.headers)).toEqual([]);
  });

  test('are on what a node that stops answers', async () => {
    api.setStopping(true);
    const answer = await api.call('GET', '/v1/webhooks', { key });
    api.setStopping(false);
    expect(answer.status).toBe(503);
    expect(lacking(answer.headers)).toEqual([]);
  });

  test('are on the answer to what is no HTTP', async () => {
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.app.server.address() as AddressInfo;
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('close', () => resolve(received)).on('error', reject);
    });
    const lines = text.split('\r\n\r\n')[0]?.split('\r\n').slice(1) ?? [];
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.split(': ')[1]]),
    );
    expect(lacking(headers)).toEqual([]);
  });

  test('ask browsers for https alone where the server is reached by https', async () => {
    const of = (answer: Answer) => answer.headers['strict-transport-security'];
    for (const path of ['/', '/v1/webhooks', '/docs/', '/nothing']) {
      expect(of(await secure.call('GET', path)), path).toMatch(/^max-age=31536000$/);
      expect(of(await api.call('GET', path)), path).toBeUndefined();
    }
  });
});
