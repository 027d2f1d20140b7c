import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { LIMITS, PROBLEMS, ProblemDocument } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { IdParams } from '../../src/api/answers.ts';

let database: TestDatabase;
let api: TestApi;
let key: string;

const SECRET = 'correct horse battery staple';
const arrived = Promise.withResolvers<void>();
const ended = Promise.withResolvers<void>();

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, {
    more: [
      (app, context) => {
        app.post('/test/body', {
          // What follows in the same turn listens to the body.
          onRequest: (_request, _reply, done) => {
            setImmediate(() => arrived.resolve());
            done();
          },
          onError: (_request, _reply, _error, done) => {
            done();
            setImmediate(() => ended.resolve());
          },
          handler: () => 'read',
        });
        app.get('/test/bug', () => {
          throw new Error(`A mistake that quotes ${SECRET}`);
        });
        app.get('/test/away/:id', { schema: { params: IdParams } }, async () => {
          await context.database.general.query('select pg_terminate_backend(pg_backend_pid())');
        });
      },
    ],
  });
  ({ key } = await api.makeTenantWithKey('acme'));
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

function expectProblem(answer: Answer, code: keyof typeof PROBLEMS): void {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(ProblemDocument.parse(answer.body)).toEqual(answer.body);
  expect(answer.body).toMatchObject({
    code,
    status: PROBLEMS[code].status,
    title: PROBLEMS[code].title,
    type: `/docs/errors#${code}`,
  });
  expect(answer.status).toBe(PROBLEMS[code].status);
}

const post = (raw: string | Buffer, headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/webhooks', { key, raw, headers });

let listening: Promise<string> | undefined;
async function listen(): Promise<number> {
  listening ??= api.app.listen({ port: 0, host: '127.0.0.1' });
  await listening;
  return (api.app.server.address() as AddressInfo).port;
}

describe('a request that goes wrong is answered by a problem document', () => {
  test('404 for a route that does not exist', async () => {
    expectProblem(await api.call('GET', '/v2/events'), 'route_not_found');
    expectProblem(await api.call('GET', '/'), 'route_not_found');
  });

  test('405 with the methods that the route takes', async () => {
    const answer = await api.call('PUT', '/v1/webhooks/whk_1', { key, body: {} });
    expectProblem(answer, 'method_not_allowed');
    expect(answer.headers['allow']).toBe('DELETE, GET, HEAD, PATCH');
  });

  test('400 for a path that cannot be read', async () => {
    expectProblem(await api.call('GET', '/v1/%zz', { key }), 'bad_request');
  });

  test('404 for ids of any length', async () => {
    expectProblem(await api.call('GET', `/v1/webhooks/${'a'.repeat(5000)}`, { key }), 'not_found');
    expectProblem(await api.call('GET', '/v1/webhooks/whk_zzzzzzzzzzzzz', { key }), 'not_found');
    const operator = { key: api.operatorKey };
    expectProblem(await api.call('GET', '/v1/tenants/%00', operator), 'not_found');
  });

  test.each([
    ['cut off', '{"name":'],
    ['empty', ''],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['two documents', '{}{}'],
  ])('400 for JSON that is %s', async (_what, raw) => {
    expectProblem(await post(raw), 'malformed_json');
  });

  test.each([
    ['{"a":{"b":[12345678901234567890]}}', 'number_not_exact', '/a/b/0'],
    ['{"a":1e999}', 'number_not_exact', '/a'],
    ['{"a":{"__proto__":1}}', 'unsafe_key', '/a/__proto__'],
    [String.raw`{"a":"\ud800"}`, 'invalid_unicode', '/a'],
  ] as const)('422 for %s, pointing at it', async (raw, code, pointer) => {
    const answer = await post(raw);
    expectProblem(answer, code);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  test('422 for a nesting of 10,000 levels', async () => {
    expectProblem(await post('['.repeat(10_000) + ']'.repeat(10_000)), 'too_deep');
  });

  test.each(['[]', 'null', '"text"', '7'])('422 or 400, never 500, for %s', async (raw) => {
    expect([400, 422]).toContain((await post(raw)).status);
  });

  test('413 past 8 MiB', async () => {
    expectProblem(await post(`"${'x'.repeat(LIMITS.apiRequestBytes)}"`), 'body_too_large');
  });

  test('415 for what is not JSON', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expectProblem(await post('name=x', form), 'unsupported_media_type');
    expectProblem(await post('{}', { 'content-type': 'text/plain' }), 'unsupported_media_type');
  });

  test('500 for a mistake of ours, which is logged and not told', async () => {
    const answer = await api.call('GET', '/test/bug');
    expectProblem(answer, 'internal_error');
    expect(answer.text).not.toContain(SECRET);
    expect(api.logged()).toContain(String(answer.headers['x-request-id']));
    expect(api.logged()).toContain(SECRET);
  });

  test('503 while the database is away, and again 200 afterwards', async () => {
    const answer = await api.call('GET', '/test/away/1');
    expectProblem(answer, 'database_unavailable');
    expect(answer.headers['retry-after']).toBe('1');
    expect((await api.call('GET', '/readyz')).status).toBe(200);
  });

  test('503 on a node that is stopping, which stays healthy but is not ready', async () => {
    api.setStopping(true);
    try {
      const answer = await api.call('GET', '/v1/webhooks', { key });
      expectProblem(answer, 'shutting_down');
      expect(answer.headers['connection']).toBe('close');
      expectProblem(await api.call('GET', '/readyz'), 'shutting_down');
      expect((await api.call('GET', '/healthz')).status).toBe(200);
    } finally {
      api.setStopping(false);
    }
  });

  test.each([
    ['garbage', 'this is not HTTP\r\n\r\n', 'bad_request'],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(40_000)}\r\n\r\n`,
      'headers_too_large',
    ],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 'bad_request'],
    ['an empty Host', 'GET /docs/ HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 'bad_request'],
    [
      'a Host that is none',
      'GET /docs/ HTTP/1.1\r\nHost: x:99999\r\nConnection: close\r\n\r\n',
      'bad_request',
    ],
  ] as const)('and so is %s on the socket', async (_what, sent, code) => {
    const text = await say(sent);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${PROBLEMS[code].status} `));
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code });
  });

  test('413 reaches a caller who is still sending', async () => {
    const size = 3 * LIMITS.apiRequestBytes;
    const headers = { 'content-type': 'application/json', 'content-length': size };
    const sent = { port: await listen(), method: 'POST', path: '/v1/session', headers };
    const answer = await new Promise<{ status?: number | undefined; text: string }>(
      (resolve, reject) => {
        const outgoing = request(sent);
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode, text }));
        });
        outgoing.end(Buffer.alloc(size, ' '));
      },
    );
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'body_too_large' });
  });

  test('garbage behind a request does not take the place of its answer', async () => {
    const before = await linksStored();
    const text = await say(
      `POST /v1/portal-links HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
        'Content-Length: 0\r\n\r\n{"more":"than was announced"}',
    );
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(await linksStored()).toBe(before + 1);
  });

  test('an Expect that nobody knows is ignored', async () => {
    const sent =
      'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n';
    expect(await say(sent)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a caller who hangs up in the middle of its body is not taken for a broken database', async () => {
    const socket = connect(await listen(), '127.0.0.1');
    socket.write(
      'POST /test/body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
        'Content-Length: 100\r\n\r\n{"name":',
    );
    await arrived.promise;
    const before = api.logged().length;
    socket.destroy();
    await ended.promise;
    expect(api.logged().slice(before)).not.toContain('The database does not answer');
  });
});

async function linksStored(): Promise<number> {
  const { rows } = await api.database.general.query<{ count: number }>(
    'select count(*)::int as count from sydx.links',
  );
  return rows[0]?.count ?? -1;
}

/** Sends bytes as they stand. @returns all that comes back until the server hangs up */
async function say(sent: string): Promise<string> {
  const port = await listen();
  return await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(sent));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

test('an empty body is no body where none is needed', async () => {
  const created = await api.call('POST', '/v1/webhooks', {
    key,
    body: { name: 'x', url: 'http://127.0.0.1:9/', events: ['flow.completed'] },
  });
  const path = `/v1/webhooks/${created.body.id}/rotate-secret`;
  expect((await api.call('POST', path, { key, raw: '' })).status).toBe(200);
  expect((await api.call('POST', path, { key })).status).toBe(200);
});

test('keys and secrets stand in no log line', async () => {
  await api.call('GET', '/v1/webhooks', { key });
  expect(api.logged()).toContain('/v1/webhooks');
  expect(api.logged()).not.toContain(key);
});
