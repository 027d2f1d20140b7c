import { EVENT_TYPES, isPublishable, PROBLEMS } from '@sydx/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

test('/healthz and /readyz say ok', async () => {
  for (const path of ['/healthz', '/readyz']) {
    expect(await api.call('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  }
});

test('/metrics speaks Prometheus of requests, connections and the process', async () => {
  await api.call('GET', '/healthz');
  const metrics = await api.call('GET', '/metrics');
  expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
  expect(metrics.text).toMatch(/sydx_http_request_seconds_count\{method="GET",route="\/healthz"/);
  expect(metrics.text).toMatch(/sydx_database_connections\{pool="hot",state="total"\} \d/);
  expect(metrics.text).toMatch(/nodejs_eventloop_lag_seconds /);
});

test('/openapi.json is OpenAPI 3.1 whose schemas have the names of the contract', async () => {
  const { body } = await api.call('GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const names = Object.keys(body.components.schemas);
  for (const name of ['Webhook', 'CreateWebhook', 'Delivery', 'EventInput', 'Problem', 'Tenant']) {
    expect(names).toContain(name);
  }
  expect(names.filter((name) => /^def-|Input$/.test(name))).toEqual(['EventInput']);
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to);
  for (const to of references) expect(names).toContain(to?.replace('#/components/schemas/', ''));
});

test('/docs is the reference, and loads nothing from anywhere else', async () => {
  const page = await api.call('GET', '/docs/');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.text).not.toMatch(/https?:\/\//);
  const script = /<script src="([^"]+)"/.exec(page.text)?.[1];
  const answer = await api.call('GET', `/docs/${script}`);
  expect(answer.status).toBe(200);
  expect(answer.text.length).toBeGreaterThan(100_000);
});

test('the link of every problem leads to a page that explains it', async () => {
  const page = await api.call('GET', '/docs/errors');
  expect(page.headers['content-type']).toMatch(/^text\/html/);
  for (const code of Object.keys(PROBLEMS)) expect(page.text).toContain(`id="${code}"`);
});

test('/v1/event-types shows each type with a schema and a sample, in pages too', async () => {
  const { key } = await api.makeTenantWithKey('acme');
  const all = await api.call('GET', '/v1/event-types', { key });
  const types = (body: { data: { type: string }[] }) => body.data.map(({ type }) => type);
  expect(types(all.body)).toEqual([...EVENT_TYPES]);
  expect(all.body.nextCursor).toBeNull();
  for (const entry of all.body.data) {
    expect(entry.publishable).toBe(isPublishable(entry.type));
    expect(entry.subscribable).toBe(entry.type !== 'test.ping');
    expect(entry.schema.type).toBe('object');
    expect(Object.keys(entry.sample).length).toBeGreaterThan(0);
  }
  const first = await api.call('GET', '/v1/event-types?limit=6', { key });
  const cursor = first.body.nextCursor;
  const rest = await api.call('GET', `/v1/event-types?limit=6&cursor=${cursor}`, { key });
  expect([...types(first.body), ...types(rest.body)]).toEqual([...EVENT_TYPES]);
});
