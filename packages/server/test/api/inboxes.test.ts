import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareSigner } from '../../src/signing/signature.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { expireInbox } from '../../src/store/inboxes.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { parseId } from '../../src/base/ids.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };
let other: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  acme = await api.makeTenantWithKey('acme');
  other = await api.makeTenantWithKey('other');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

interface MadeInbox {
  id: string;
  url: string;
  webhook: { id: string; secret: string; url: string; name: string } | null;
  [field: string]: unknown;
}

async function makeInbox(body: object = {}, key = acme.key): Promise<MadeInbox> {
  const answer = await api.call('POST', '/v1/inboxes', { key, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

const withWebhook = { webhook: { events: ['lead.captured'] } };

async function remove({ id }: MadeInbox, key = acme.key): Promise<void> {
  expect((await api.call('DELETE', `/v1/inboxes/${id}`, { key })).status).toBe(204);
}

function send(inbox: { url: string }, call: Parameters<TestApi['call']>[2] = {}, method = 'POST') {
  return api.call(method, new URL(inbox.url).pathname, call);
}

async function requests({ id }: MadeInbox, query = '', key = acme.key): Promise<Answer['body']> {
  const answer = await api.call('GET', `/v1/inboxes/${id}/requests${query}`, { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** Makes one expire, as time would. */
async function expire({ id }: MadeInbox): Promise<void> {
  await api.database.general.query(
    `update sydx.inboxes set expires_at = clock_timestamp() - interval '1 second' where id = $1`,
    [parseId('inb', id)],
  );
}

function signed(secret: string, body: string, at = new Date()) {
  const signer = prepareSigner(secret);
  const unixSeconds = Math.floor(at.getTime() / 1000);
  return {
    'x-sydx-signature': signer.sydxSignature(body),
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(unixSeconds),
    'webhook-signature': signer.standardSignature('evt_1', unixSeconds, body),
  };
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
    const lifeMs = Date.parse(String(made['expiresAt'])) - Date.parse(String(made['createdAt']));
    expect(Math.round(lifeMs / 1000)).toBe(86_400);
    expect((await api.call('GET', '/v1/inboxes', { key })).body.data).toEqual([made]);
    const path = `/v1/inboxes/${made.id}`;
    expect((await api.call('GET', path, { key })).body).toEqual(made);
    const body = { answer: { status: 500, delayMs: 250 } };
    const changed = await api.call('PATCH', path, { key, body });
    expect(changed.body).toEqual({ ...made, ...body });
    expect((await api.call('DELETE', path, { key })).status).toBe(204);
    expect((await api.call('GET', path, { key })).status).toBe(404);
    expect((await send({ url: made.url })).status).toBe(404);
  });

  test('may bring its webhook, which goes with it', async () => {
    const { key } = acme;
    const { webhook, ...made } = await makeInbox(withWebhook);
    expect(webhook).toMatchObject({ name: 'Try-it inbox', url: made.url, enabled: true });
    expect(webhook?.secret).toMatch(/^whsec_/);
    expect(made['webhookId']).toBe(webhook?.id);
    const path = `/v1/webhooks/${webhook?.id}`;
    expect((await api.call('GET', path, { key })).status).toBe(200);
    await remove({ ...made, webhook });
    expect((await api.call('GET', path, { key })).status).toBe(404);
  });

  test('leaves a webhook alone that somebody pointed at a server of theirs', async () => {
    const { key } = acme;
    const made = await makeInbox(withWebhook);
    const path = `/v1/webhooks/${made.webhook?.id}`;
    const body = { url: 'http://127.0.0.1:9/mine' };
    expect((await api.call('PATCH', path, { key, body })).status).toBe(200);
    await remove(made);
    expect((await api.call('GET', path, { key })).body.url).toBe(body.url);
    await api.call('DELETE', path, { key });
  });

  test('refuses what it cannot be', async () => {
    const { key } = acme;
    const bad: [object, string][] = [
      [{ kind: 'forever' }, '/kind'],
      [{ answer: {} }, '/answer'],
      [{ answer: { status: 199 } }, '/answer/status'],
      [{ answer: { status: 600 } }, '/answer/status'],
      [{ answer: { delayMs: 10_001 } }, '/answer/delayMs'],
      [{ answer: { headers: {} } }, '/answer/headers'],
      [{ webhook: {} }, '/webhook/events'],
      [{ webhook: { events: ['no.such'] } }, '/webhook/events/0'],
      [{ webhook: { events: ['lead.captured'], url: 'https://x.example' } }, '/webhook/url'],
      [{ token: 'a'.repeat(43) }, '/token'],
    ];
    for (const [body, pointer] of bad) {
      const answer = await api.call('POST', '/v1/inboxes', { key, body });
      expect(answer.status, answer.text).toBe(422);
      expect(answer.body.errors[0].pointer).toBe(pointer);
    }
  });

  test('is one of ten at most, however many are asked for at once', async () => {
    const tenant = await api.makeTenantWithKey('greedy');
    const tries = Array.from({ length: 14 }, () =>
      api.call('POST', '/v1/inboxes', { key: tenant.key, body: {} }),
    );
    const answers = await Promise.all(tries);
    const codes = answers.map(({ status, body }) => (status === 201 ? '201' : body.code));
    expect(codes.filter((code) => code === '201')).toHaveLength(10);
    expect(codes.filter((code) => code === 'inbox_limit')).toHaveLength(4);
    const [first] = answers.filter(({ status }) => status === 201);
    await expire(first?.body);
    await makeInbox({}, tenant.key);
  });

  test('expires with its webhook, and is gone for everybody before it is cleared away', async () => {
    const { key } = acme;
    const made = await makeInbox(withWebhook);
    expect((await send(made)).status).toBe(200);
    await expire(made);
    for (const path of [`/v1/inboxes/${made.id}`, `/v1/inboxes/${made.id}/requests`]) {
      expect((await api.call('GET', path, { key })).status).toBe(404);
    }
    expect((await send(made)).status).toBe(404);
    const id = parseId('inb', made.id);
    // The upkeep of the engine that runs here may be quicker.
    while ((await expireInbox(api.database.general, SYSTEM)) !== null);
    const { rows } = await api.database.general.query(
      'select from sydx.inbox_requests where inbox_id = $1',
      [id],
    );
    expect(rows).toEqual([]);
    expect((await api.call('GET', `/v1/webhooks/${made.webhook?.id}`, { key })).status).toBe(404);
    const audit = await api.call('GET', `/v1/audit-log?object=${made.id}`, { key });
    expect(audit.body.data[0]).toMatchObject({
      action: 'inbox.deleted',
      actor: { kind: 'system' },
    });
  });

  test('is switched off by INBOX=off', async () => {
    const off = await startTestApi(database.url, { env: { INBOX: 'off' } });
    const made = await makeInbox();
    const call = { key: acme.key };
    const paths = ['/v1/inboxes', `/v1/inboxes/${made.id}`, `/v1/inboxes/${made.id}/requests`];
    for (const path of [...paths, `/v1/inboxes/${made.id}/requests/stream`]) {
      const answer = await off.call('GET', path, call);
      expect(`${answer.status} ${answer.body.code}`).toBe('404 inbox_off');
    }
    const refused = await off.call('POST', '/v1/inboxes', { ...call, body: {} });
    expect(refused.body.code).toBe('inbox_off');
    expect((await off.call('POST', new URL(made.url).pathname)).body.code).toBe('inbox_off');
    const webhook = { name: 'x', url: made.url, events: ['lead.captured'] };
    const answer = await off.call('POST', '/v1/webhooks', { ...call, body: webhook });
    expect(answer.body.code).toBe('url_refused');
    await off.close();
    await remove(made);
  });
});

describe('what arrives in an inbox', () => {
  test('is kept with its number, method, query, headers and body, and answered as was set', async () => {
    const made = await makeInbox({ answer: { status: 201 } });
    const first = await send(made, { raw: '{"a":1}', headers: { 'X-Odd-Case': 'Ünï' } });
    expect(first.status).toBe(201);
    expect(first.text).toBe('Kept as number 1. This inbox is set to answer 201.\n');
    expect(first.headers['content-type']).toBe('text/plain; charset=utf-8');
    await api.call('PATCH', `/v1/inboxes/${made.id}`, {
      key: acme.key,
      body: { answer: { status: 429 } },
    });
    const path = `${new URL(made.url).pathname}?a=1&b=%00`;
    expect((await api.call('PUT', path, { raw: Buffer.from([0xff, 0, 1]) })).status).toBe(429);
    const { data, lastNumber } = await requests(made);
    expect(lastNumber).toBe(2);
    expect(data[0]).toMatchObject({
      number: 1,
      method: 'POST',
      query: '',
      bodyText: '{"a":1}',
      bodyBase64: null,
      bodyBytes: 7,
      answer: { status: 201, delayMs: 0 },
    });
    expect(data[1]).toMatchObject({
      number: 2,
      method: 'PUT',
      query: '?a=1&b=%00',
      bodyText: null,
      bodyBase64: '/wAB',
      bodyBytes: 3,
      answer: { status: 429, delayMs: 0 },
    });
    expect((await requests(made, '?after=1')).data).toHaveLength(1);
    expect((await requests(made, '?limit=1')).data[0].number).toBe(1);
    await remove(made);
  });

  test.each([204, 205, 304, 410, 503])('is answered %i where that was set', async (status) => {
    const made = await makeInbox({ answer: { status } });
    const answer = await send(made, { body: {} });
    expect(answer.status).toBe(status);
    if (status < 400) expect(answer.text).toBe('');
    await remove(made);
  });

  test('is judged by the secret of the webhook that leads there, in words', async () => {
    const made = await makeInbox(withWebhook);
    const secret = made.webhook?.secret ?? '';
    const body = '{"event":"lead.captured","data":{}}';
    const good = signed(secret, body);
    const stranger = signed(`whsec_${'0'.repeat(64)}`, body);
    const old = signed(secret, body, new Date(Date.now() - 301_000));
    const { 'webhook-id': _, ...incomplete } = good;
    for (const headers of [good, stranger, old, incomplete, {}]) {
      await send(made, { raw: body, headers });
    }
    await send(made, { raw: `${body} `, headers: good });
    const { data } = await requests(made);
    const said = data.map(
      ({ signatures }: { signatures: Record<string, { verdict: string; sentence: string }> }) =>
        `${signatures['sydx']?.verdict} ${signatures['standard']?.verdict}`,
    );
    expect(said).toEqual([
      'valid valid',
      'invalid invalid',
      'valid invalid',
      'valid invalid',
      'absent absent',
      'invalid invalid',
    ]);
    expect(data[2].signatures.standard.sentence).toContain('5 minutes');
    await remove(made);
    const without = await makeInbox();
    await send(without, { raw: body, headers: good });
    expect((await requests(without)).data[0].signatures.sydx).toMatchObject({ verdict: 'unknown' });
    await remove(without);
  });

  test('is judged by the secret that holds after a rotation, and by that of a webhook made by hand', async () => {
    const { key } = acme;
    const made = await makeInbox();
    const hand = { name: 'by hand', url: made.url, events: ['lead.captured'] };
    const webhook = await api.call('POST', '/v1/webhooks', { key, body: hand });
    expect(webhook.status, webhook.text).toBe(201);
    const rotate = `/v1/webhooks/${webhook.body.id}/rotate-secret`;
    const rotated = await api.call('POST', rotate, { key });
    await send(made, { raw: '{}', headers: signed(webhook.body.secret, '{}') });
    await send(made, { raw: '{}', headers: signed(rotated.body.secret, '{}') });
    const { data } = await requests(made);
    expect(data[0].signatures.sydx.verdict).toBe('invalid');
    expect(data[1].signatures.sydx.verdict).toBe('valid');
    await api.call('DELETE', `/v1/webhooks/${webhook.body.id}`, { key });
    await remove(made);
  });

  test('has numbers without gaps, in the order in which it was committed', async () => {
    const made = await makeInbox({ kind: 'listen' });
    const seen: number[] = [];
    const reading = (async () => {
      while (seen.length < 60) {
        const { data } = await requests(made, `?after=${seen.at(-1) ?? 0}&limit=100`);
        for (const { number } of data) seen.push(number);
      }
    })();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => send(made, { raw: `${n}`.repeat(n * 50) })),
    );
    await reading;
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    await remove(made);
  });

  test('is the last 100 and at most 4 MiB', async () => {
    const made = await makeInbox();
    for (let n = 0; n < 105; n += 1) await send(made, { raw: '{}' });
    const { data, lastNumber } = await requests(made, '?limit=100');
    expect(lastNumber).toBe(105);
    expect(data[0].number).toBe(6);
    expect(data).toHaveLength(100);
    const large = Buffer.alloc(128 * 1024, 'x');
    for (let n = 0; n < 40; n += 1) expect((await send(made, { raw: large })).status).toBe(200);
    const { rows } = await api.database.general.query(
      'select sum(length(body))::int as bytes from sydx.inbox_requests where inbox_id = $1',
      [parseId('inb', made.id)],
    );
    expect(rows[0].bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(rows[0].bytes).toBeGreaterThan(3 * 1024 * 1024);
    await remove(made);
  });

  test('is refused when it is too large', async () => {
    const made = await makeInbox();
    const answer = await send(made, { raw: Buffer.alloc(128 * 1024 + 1) });
    expect(`${answer.status} ${answer.body.code}`).toBe('413 body_too_large');
    expect((await requests(made)).lastNumber).toBe(0);
    await remove(made);
  });

  test.each(['a', 'A'.repeat(43), 'é'.repeat(43), '%00'.repeat(43), '..', "'or 1=1--"])(
    'at a token that is none is answered 404: %j',
    async (token) => {
      const { status } = await api.call('POST', `/inbox/${encodeURI(token)}`);
      expect(status).toBe(404);
    },
  );
});

describe('whoever reads an inbox', () => {
  test('without webhooks:admin sees URLs masked and signatures cut, and changes nothing', async () => {
    const made = await makeInbox(withWebhook);
    await send(made, { raw: '{}', headers: signed(made.webhook?.secret ?? '', '{}') });
    const key = await api.makeKey(acme.no, ['deliveries:read']);
    const read = await api.call('GET', `/v1/inboxes/${made.id}`, { key });
    expect(read.body.url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/….{4}$/);
    expect((await api.call('GET', '/v1/inboxes', { key })).text).not.toContain(made.url.slice(-20));
    const page = await requests(made, '', key);
    const cut = Object.fromEntries(
      page.data[0].headers.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    expect(cut['x-sydx-signature']).toMatch(/^[0-9a-f]{8}…$/);
    expect(cut['webhook-signature']).toMatch(/^v1,.{8}…$/);
    const whole = await requests(made);
    expect(JSON.stringify(whole)).not.toContain('…');
    await remove(made);
    const listen = await makeInbox({ kind: 'listen' });
    const path = `/v1/inboxes/${listen.id}/requests/stream`;
    expect((await api.call('GET', path, { key })).body.code).toBe('forbidden');
    await remove(listen);
  });

  test('of another tenant finds nothing, and points no webhook at it', async () => {
    const made = await makeInbox();
    const body = { name: 'x', url: made.url, events: ['lead.captured'] };
    const { key } = other;
    const refused = await api.call('POST', '/v1/webhooks', { key, body });
    expect(`${refused.status} ${refused.body.code}`).toBe('422 url_refused');
    expect(refused.body.detail).toContain('no inbox at this URL');
    const own = await api.call('POST', '/v1/webhooks', {
      key,
      body: { ...body, url: 'http://127.0.0.1:9/' },
    });
    const path = `/v1/webhooks/${own.body.id}`;
    const moved = await api.call('PATCH', path, { key, body: { url: made.url } });
    expect(moved.body.code).toBe('url_refused');
    expect((await api.call('GET', '/v1/inboxes', { key })).body.data).toEqual([]);
    await remove(made);
    const gone = await api.call('POST', '/v1/webhooks', { key: acme.key, body });
    expect(gone.body.code).toBe('url_refused');
  });
});

test('the audit log tells of each change, and its URL stands in no entry and no log line', async () => {
  const { key } = acme;
  const made = await makeInbox(withWebhook);
  const change = { answer: { status: 500 } };
  await api.call('PATCH', `/v1/inboxes/${made.id}`, { key, body: change });
  await api.call('PATCH', `/v1/inboxes/${made.id}`, { key, body: change });
  await send(made);
  await send(made, {}, 'GET');
  await remove(made);
  await send(made);
  const { body, text } = await api.call('GET', '/v1/audit-log?limit=20', { key });
  const actions = body.data
    .filter(({ object }: { object: { id: string } }) => object.id === made.id)
    .map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['inbox.deleted', 'inbox.changed', 'inbox.created']);
  const token = made.url.slice(-43);
  expect(text).not.toContain(token);
  expect(api.logged()).not.toContain(token);
  expect(api.logged()).toContain('/inbox/:token');
  const metrics = await api.metrics.registry.metrics();
  expect(metrics).not.toContain(token);
  expect(metrics).toContain('sydx_inbox_requests_total{result="kept"}');
});
