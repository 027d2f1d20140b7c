import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSettings } from '../../src/base/settings.ts';
import { registerDashboard } from '../../src/web/dashboard.ts';

let app: FastifyInstance;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sydx-web-'));
  await mkdir(join(dir, 'dist', 'assets'), { recursive: true });
  await writeFile(join(dir, 'outside.txt'), 'not for anybody');
  await writeFile(join(dir, 'dist', 'index.html'), '<!doctype html>');
  await writeFile(join(dir, 'dist', 'assets', 'index-B_4-x.js'), 'export {};');
  app = Fastify();
  const settings = loadSettings({ PORTAL_ORIGINS: 'https://crm.example.com' });
  registerDashboard(app, { settings }, join(dir, 'dist/'));
  await app.ready();
});

afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

const get = (url: string) => app.inject({ url });

test('a file of the build is kept for ever', async () => {
  const answer = await get('/assets/index-B_4-x.js');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test.each([
  '..%2findex.html',
  '%2e%2e%2findex.html',
  '..%2f..%2foutside.txt',
  '..%5coutside.txt',
  '%00',
  '.hidden',
  'missing.js',
])('/assets/%s is no such file, and no mistake of ours', async (name) => {
  expect((await get(`/assets/${name}`)).statusCode).toBe(404);
});

test.each(['/sign-in', '/%73ign-in', '/sign-in?a=b', '/reset', '/%72eset', '/invite'])(
  '%s, which takes a password, is framed by nobody',
  async (path) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  },
);

test('what a portal shows is framed by the origins of the settings', async () => {
  for (const path of ['/portal', '/settings', '/settings/webhooks']) {
    expect((await get(path)).headers['content-security-policy']).toContain(
      "frame-ancestors 'self' https://crm.example.com",
    );
  }
});
