import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, PUBLIC_URL, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeEvent } from '../kit/engine.ts';
import { startReceiver } from '../kit/receivers.ts';

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

const NEW = {
  name: 'n8n Lead Alert',
  url: 'http://127.0.0.1:9999/hook',
  events: ['lead.captured'],
};

function create(change: object = {}, key = acme.key): Promise<Answer> {
  return api.call('POST', '/v1/webhooks', { key, body: { ...NEW, ...change } });
}

async function countOf(statement: string, values: unknown[]): Promise<number> {
  const { rows } = await api.database.general.query<{ count: number }>(statement, values);
  return rows[0]?.count ?? -1;
}

describe('creating a webhook', () => {
  test('answers its secret, this one time only', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...NEW, enabled: true });
    expect(created.body.id).toMatch(/^whk_[0-9a-z]{13}$/);
    expect(created.body.secret).toMatch(/^whsec_[0-9a-f]{64}$/);
    expect(created.body.secretHint).toBe(created.body.secret.slice(-4));

    const path = `/v1/webhooks/${created.body.id}`;
    const read = await api.call('GET', path, { key: acme.key });
    const { secret, ...shown } = created.body;
    expect(read.body).toEqual(shown);
    const list = await api.call('GET', '/v1/webhooks', { key: acme.key });
    const patched = await api.call('PATCH', path, { key: acme.key, body: { name: 'Other' } });
    for (const answer of [read, list, patched]) expect(answer.text).not.toContain(secret);
    expect(api.logged()).not.toContain(secret);
    expect(api.logged()).not.toContain(secret.slice('whsec_'.length));
    const { rows } = await api.database.general.query('select * from sydx.webhooks');
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
  });

  test('stores the URL as it is dialled', async () => {
    const created = await create({ url: ' HTTP://127.1:9999/a/../hook#top ' });
    expect(created.body.url).toBe('http://127.0.0.1:9999/hook');
  });

  test.each([
    ['a private address', 'http://10.0.0.1/hook', /private or reserved/],
    ['our own host, which would be a loop', `${PUBLIC_URL}/hook`, /leads back to this system/],
    ['a user name', 'https://me:pw@example.com/', /user name/],
    ['another scheme', 'ftp://example.com/', /https/],
    ['nonsense', 'example', /not a URL/],
  ])('refuses a URL with %s and says why', async (_what, url, sentence) => {
    const refused = await create({ url });
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('url_refused');
    expect(refused.body.detail).toMatch(sentence);
    expect(refused.body.errors[0].pointer).toBe('/url');
  });

  test('names each bad field', async () => {
    const refused = await create({ name: ' ', events: ['lost', 'test.ping'], colour: 'red' });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/name',
      '/events/0',
      '/events/1',
      '/colour',
    ]);
  });

  test('says which integration made it, for good; nobody but people when none is named', async () => {
    expect((await create()).body.integration).toBeNull();
    const created = await create({ integration: 'zapier' });
    expect(created.body).toMatchObject({ integration: 'zapier' });
    const path = `/v1/webhooks/${created.body.id}`;
    expect((await api.call('GET', path, { key: acme.key })).body.integration).toBe('zapier');
    const body = { integration: null };
    const refused = await api.call('PATCH', path, { key: acme.key, body });
    expect(refused.body.errors).toMatchObject([{ pointer: '/integration' }]);
    const unknown = await create({ integration: 'ifttt' });
    expect(unknown.status).toBe(422);
    expect(unknown.body.errors).toMatchObject([
      { pointer: '/integration', detail: expect.stringContaining('zapier') },
    ]);
  });

  test('stops at 500 exactly, however many ask at once', async () => {
    const many = await api.makeTenantWithKey('many');
    await api.database.general.query(
      `with next as (update sydx.settings_clock set version = version + 1 returning version)
      insert into sydx.webhooks (tenant_no, name, url, events, secret_sealed, secret_hint, version)
      select $1, 'w' || n, 'https://example.com/', '{}', '\\x00', 'abcd', version
      from next, generate_series(1, 495) n`,
      [many.no],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({}, many.key)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.body.code).toBe('webhook_limit');
  });
});

describe('the list of webhooks', () => {
  test('is paged newest first and stays right while webhooks arrive', async () => {
    const paged = await api.makeTenantWithKey('paged');
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await create({}, paged.key)).body.id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await api.call('GET', `/v1/webhooks?limit=2${query}`, { key: paged.key });
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
      await create({}, paged.key);
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'page=2'])('refuses ?%s', async (query) => {
    const refused = await api.call('GET', `/v1/webhooks?${query}`, { key: acme.key });
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('invalid_query');
    expect(refused.body.errors[0].pointer).toBe(`/${query.split('=')[0]}`);
  });

  test('refuses a cursor that is not its own', async () => {
    const foreign = Buffer.from('api-keys 17').toString('base64url');
    for (const cursor of ['abc', foreign]) {
      const refused = await api.call('GET', `/v1/webhooks?cursor=${cursor}`, { key: acme.key });
      expect(refused.status).toBe(422);
      expect(refused.body.code).toBe('invalid_cursor');
    }
  });
});

describe('changing a webhook', () => {
  test('takes name, URL and events, and subscribes to exactly these', async () => {
    const { id } = (await create({ events: ['lead.captured', 'lead.assigned'] })).body;
    const change = {
      name: 'Zapier New Message',
      url: 'http://127.0.0.1:9999/other',
      events: ['lead.assigned', 'message.received'],
    };
    const changed = await api.call('PATCH', `/v1/webhooks/${id}`, { key: acme.key, body: change });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject(change);
    const { rows } = await api.database.general.query(
      `select s.type from sydx.subscriptions s join sydx.webhooks w on w.id = s.webhook_id
      where w.url = $1 order by type`,
      [change.url],
    );
    expect(rows).toEqual([{ type: 'lead.assigned' }, { type: 'message.received' }]);
  });

  test('with nothing to change is refused', async () => {
    const { id } = (await create()).body;
    const refused = await api.call('PATCH', `/v1/webhooks/${id}`, { key: acme.key, body: {} });
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('invalid_body');
  });

  test('disabling cancels what waits; enabling again offers to replay it', async () => {
    const tenant = await api.makeTenantWithKey('pausing');
    const receiver = await startReceiver((_request, response) => response.writeHead(500).end());
    const events = ['message.received'];
    const { id } = (await create({ url: `${receiver.origin}/hook`, events }, tenant.key)).body;
    const path = `/v1/webhooks/${id}`;
    await api.engine.publish([makeEvent(tenant.no, tenant.id, 1)]);
    await eventually('the failed attempt waits for its retry', async () => {
      const queued = 'select count(*)::int as count from sydx.queue where tenant_no = $1';
      return (await countOf(queued, [tenant.no])) === 1;
    });

    const disabled = await api.call('PATCH', path, { key: tenant.key, body: { enabled: false } });
    expect(disabled.body.enabled).toBe(false);
    expect(disabled.body).not.toHaveProperty('replayOffer');
    const { rows } = await api.database.general.query(
      'select status, error, attempt_count, type from sydx.deliveries where tenant_no = $1',
      [tenant.no],
    );
    expect(rows).toEqual([
      { status: 3, error: 'webhook_disabled', attempt_count: 1, type: 'message.received' },
    ]);
    await api.engine.publish([makeEvent(tenant.no, tenant.id, 2)]);

    const enabled = await api.call('PATCH', path, { key: tenant.key, body: { enabled: true } });
    expect(enabled.body).toMatchObject({
      enabled: true,
      replayOffer: { status: 'cancelled', count: 1 },
    });
    await receiver.close();
  });
});

describe('deleting a webhook', () => {
  test('destroys its secret, cancels what waits and keeps the log', async () => {
    const tenant = await api.makeTenantWithKey('deleting');
    const receiver = await startReceiver((_request, response) => response.writeHead(500).end());
    const events = ['message.received'];
    const { id } = (await create({ url: `${receiver.origin}/hook`, events }, tenant.key)).body;
    await api.engine.publish([makeEvent(tenant.no, tenant.id, 1)]);
    await eventually('the failed attempt waits for its retry', async () => {
      const queued = 'select count(*)::int as count from sydx.queue where tenant_no = $1';
      return (await countOf(queued, [tenant.no])) === 1;
    });

    const deleted = await api.call('DELETE', `/v1/webhooks/${id}`, { key: tenant.key });
    expect(deleted.status).toBe(204);
    expect(deleted.text).toBe('');
    const { rows } = await api.database.general.query(
      `select d.status, d.error, w.name, w.secret_sealed, w.secret_key_id
      from sydx.deliveries d join sydx.webhooks w on w.id = d.webhook_id where d.tenant_no = $1`,
      [tenant.no],
    );
    const kept = { name: NEW.name, secret_sealed: null, secret_key_id: null };
    expect(rows).toEqual([{ status: 3, error: 'webhook_deleted', ...kept }]);
    for (const method of ['GET', 'DELETE']) {
      const gone = await api.call(method, `/v1/webhooks/${id}`, { key: tenant.key });
      expect(gone.status).toBe(404);
    }
    await receiver.close();
  });
});

describe('rotating a secret', () => {
  test('gives a new one, and the next request is signed with it alone', async () => {
    const receiver = await startReceiver();
    const created = (await create({ url: `${receiver.origin}/hook` })).body;
    const path = `/v1/webhooks/${created.id}`;
    const rotated = await api.call('POST', `${path}/rotate-secret`, { key: acme.key });
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).toMatch(/^whsec_[0-9a-f]{64}$/);
    expect(rotated.body.secret).not.toBe(created.secret);
    const read = await api.call('GET', path, { key: acme.key });
    expect(read.body.secretHint).toBe(rotated.body.secret.slice(-4));

    await api.call('POST', `${path}/test`, { key: acme.key });
    const [request] = receiver.requests;
    const hmac = createHmac('sha256', rotated.body.secret).update(request?.body ?? '');
    expect(request?.headers['x-sydx-signature']).toBe(hmac.digest('hex'));
    await receiver.close();
  });
});

describe('the Test button', () => {
  test('sends test.ping, also while the webhook is disabled, and answers the delivery', async () => {
    const receiver = await startReceiver();
    const { id } = (await create({ url: `${receiver.origin}/hook` })).body;
    const path = `/v1/webhooks/${id}`;
    await api.call('PATCH', path, { key: acme.key, body: { enabled: false } });
    const tested = await api.call('POST', `${path}/test`, { key: acme.key });
    expect(tested.status).toBe(200);
    expect(tested.body).toMatchObject({ event: 'test.ping', status: 'success', statusCode: 200 });
    expect(tested.body.attempts).toHaveLength(1);
    expect(tested.body.request.url).toBe(`${receiver.origin}/hook`);
    expect(receiver.requests[0]?.body.toString()).toBe(tested.body.payload);
    await receiver.close();
  });

  test('tells what failed', async () => {
    const { id } = (await create({ url: 'http://127.0.0.1:1/' })).body;
    const tested = await api.call('POST', `/v1/webhooks/${id}/test`, { key: acme.key });
    expect(tested.status).toBe(200);
    expect(tested.body).toMatchObject({ status: 'failed', error: { code: 'connection_refused' } });
  });
});
