import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

async function makeInbox(body: object = {}, key = acme.key) {
  const answer = await api.call('POST', '/v1/inboxes', { key, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

describe('an inbox', () => {
  test('is created, listed, read, changed and deleted', async () => {
    const { key } = acme;
    const { webhook, ...made } = await makeInbox();
    expect(webhook).toBeNull();
    expect(made).toMatchObject({
      kind: 'try',
      answer: { status: 200, delayMs: 0 },
      webhookId: null,
      requestCount: 0,
      lastNumber: 0,
    });
    expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/inbox\/[A-Za-z0-9_-]{43}$/);
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBeCloseTo(86_400_000, -2);
    expect((await api.call('GET', '/v1/inboxes', { key })).body.data).toEqual([made]);
    const path = `/v1/inboxes/${made.id}`;
    expect((await api.call('GET', path, { key })).body).toEqual(made);
    const body = { answer: { status: 500, delayMs: 250 } };
    const changed = await api.call('PATCH', path, { key, body });
    expect(changed.body).toEqual({ ...made, ...body });
    expect((await api.call('DELETE', path, { key })).status).toBe(204);
    expect((await api.call('GET', path, { key })).status).toBe(404);
  });

  test('may bring its webhook, which goes with it', async () => {
    const { key } = acme;
    const { webhook, ...made } = await makeInbox({ webhook: { events: ['lead.captured'] } });
    expect(webhook).toMatchObject({ name: 'Try-it inbox', url: made.url, enabled: true });
    expect(webhook.secret).toMatch(/^whsec_/);
    expect(made.webhookId).toBe(webhook.id);
    const path = `/v1/webhooks/${webhook.id}`;
    expect((await api.call('GET', path, { key })).status).toBe(200);
    expect((await api.call('DELETE', `/v1/inboxes/${made.id}`, { key })).status).toBe(204);
    expect((await api.call('GET', path, { key })).status).toBe(404);
  });
});
