import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApi, startTestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let key: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, { retryScheduleSeconds: [0.1] });
  ({ key } = await api.makeTenantWithKey('acme'));
  receiver = await startReceiver((_request, response) => {
    response.writeHead(500).end('no');
  });
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

/** Every path that a GET of the OpenAPI document has, with ids that exist. */
async function readablePaths(ids: Readonly<Record<string, string>>): Promise<string[]> {
  const { body } = await api.call('GET', '/openapi.json');
  return Object.entries(body.paths as Record<string, Record<string, unknown>>)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) =>
      path.replace(/\{id\}/, ids[path.split('/')[2] ?? ''] ?? 'none').replace(/\{\w+\}/, 'none'),
    );
}

/** Everything in the database as PostgreSQL prints it, as a dump in clear would. */
async function everyRow(): Promise<string> {
  const pool = api.database.general;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'sydx'`,
  );
  expect(tables.length).toBeGreaterThan(15);
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await pool.query<{ text: string | null }>(
        `select string_agg(t::text, E'\\n') as text from ${name} t`,
      );
      return rows[0]?.text ?? '';
    }),
  );
  return texts.join('\n');
}

test('a secret is shown once: in no later answer, no log line, no metric, no error, no database dump in clear', async () => {
  const url = `${receiver.origin}/hook`;
  const made = await api.call('POST', '/v1/webhooks', {
    key,
    body: { name: 'once', url, events: ['message.received'] },
  });
  const webhookId: string = made.body.id;
  const rotated = await api.call('POST', `/v1/webhooks/${webhookId}/rotate-secret`, { key });
  const source = await api.call('POST', '/v1/sources', {
    key,
    body: {
      kind: 'whatsapp',
      name: 'number',
      settings: { verifyToken: 'verify-token-of-ours', appSecret: 'app-secret-of-meta-0123456789' },
    },
  });
  expect(source.status).toBe(201);
  const granted = await api.call('POST', '/v1/api-keys', {
    key,
    body: { name: 'reader', scopes: ['deliveries:read'] },
  });
  const secrets = [
    made.body.secret,
    rotated.body.secret,
    granted.body.key,
    'verify-token-of-ours',
    'app-secret-of-meta-0123456789',
    key,
    api.operatorKey,
  ] as string[];
  for (const secret of secrets) expect(secret.length).toBeGreaterThan(16);

  await api.call('POST', `/v1/webhooks/${webhookId}/test`, { key });
  const data = { contact: '919876543210', body: 'Hello', type: 'text' };
  const event = await api.call('POST', '/v1/events', {
    key,
    body: { type: 'message.received', data },
  });
  await eventually('the delivery has failed', async () => {
    const page = await api.call('GET', `/v1/deliveries?eventId=${event.body.id}`, { key });
    return page.body.data[0]?.status === 'failed';
  });
  const { body: page } = await api.call('GET', `/v1/deliveries?eventId=${event.body.id}`, { key });
  const ids = {
    webhooks: webhookId,
    sources: source.body.id as string,
    'api-keys': granted.body.id as string,
    events: event.body.id as string,
    deliveries: page.data[0].id as string,
  };

  const paths = await readablePaths(ids);
  expect(paths).toContain(`/v1/webhooks/${webhookId}`);
  const answers: string[] = [];
  for (const path of paths) answers.push((await api.call('GET', path, { key })).text);
  // Errors that quote what was sent, too.
  const bad = { name: '', url: 'ftp://x', events: [], secret: made.body.secret };
  const refused = await api.call('POST', '/v1/webhooks', { key, body: bad });
  expect(refused.status).toBe(422);
  answers.push(refused.text);
  const patched = await api.call('PATCH', `/v1/webhooks/${webhookId}`, {
    key,
    body: { name: 'again' },
  });
  expect(patched.status).toBe(200);
  answers.push(patched.text, (await api.call('GET', '/metrics')).text);

  const places = { answers: answers.join('\n'), log: api.logged(), dump: await everyRow() };
  // The dump holds the webhook itself, by the name it has by now.
  expect(places.dump.includes(',again,')).toBe(true);
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const [at, secret] of secrets.entries()) {
      const forms = [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64'),
      ];
      // Not toContain: a failure must not print the secret it found.
      const found = forms.findIndex((form) => text.includes(form));
      expect(found, `secret ${at} stands in ${place}`).toBe(-1);
    }
  }
});
