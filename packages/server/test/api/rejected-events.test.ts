import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { makeRejected } from '../kit/rejected.ts';

const LEAD = { type: 'lead.captured', data: { name: 'Priya', source: 'web_form' } };

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

const list = async (key: string) =>
  (await api.call('GET', '/v1/rejected-events', { key })).body.data as { id: string }[];

describe('what is rejected is shown to people', () => {
  it('to its tenant, and with unknown tenants to the operator', async () => {
    const own = await makeRejected(api.database, { tenant: 'acme', ...LEAD });
    const nobodys = await makeRejected(api.database, { tenant: 'nobody', ...LEAD });
    expect((await list(acme.key)).map(({ id }) => id)).toEqual([own]);
    expect((await list(api.operatorKey)).map(({ id }) => id)).toEqual([nobodys, own]);
    const seen = await api.call('GET', `/v1/rejected-events/${own}`, { key: acme.key });
    expect(seen.body).toMatchObject({
      tenantId: 'acme',
      type: 'lead.captured',
      code: 'invalid_data',
      data: JSON.stringify(LEAD.data),
    });
    const foreign = await api.call('GET', `/v1/rejected-events/${nobodys}`, { key: acme.key });
    expect(foreign.status).toBe(404);
  });

  it('is published after all once its reason is mended, and keeps its time', async () => {
    const id = await makeRejected(api.database, { tenant: 'later', ...LEAD });
    const retry = () =>
      api.call('POST', `/v1/rejected-events/${id}/retry`, { key: api.operatorKey });
    const refused = await retry();
    expect([refused.status, refused.body.detail]).toEqual([
      404,
      'There is no tenant with the id later.',
    ]);
    const seen = await api.call('GET', `/v1/rejected-events/${id}`, { key: api.operatorKey });
    expect(seen.body.code).toBe('not_found');

    const later = await api.makeTenantWithKey('later');
    const accepted = await retry();
    expect(accepted.status).toBe(202);
    const event = await api.call('GET', `/v1/events/${accepted.body.id}`, { key: later.key });
    expect(event.body).toMatchObject({ ...LEAD, timestamp: seen.body.publishedAt });
    expect((await retry()).status).toBe(404);
  });

  it('answers the first id when it was published otherwise meanwhile', async () => {
    const body = { ...LEAD, idempotencyKey: 'lead-1' };
    const first = await api.call('POST', '/v1/events', { key: acme.key, body });
    const id = await makeRejected(api.database, { tenant: 'acme', ...LEAD, key: 'lead-1' });
    const retried = await api.call('POST', `/v1/rejected-events/${id}/retry`, { key: acme.key });
    expect(retried.body).toEqual(first.body);
  });

  it('is gone once somebody discards it', async () => {
    const id = await makeRejected(api.database, { tenant: 'acme', ...LEAD });
    const path = `/v1/rejected-events/${id}`;
    expect((await api.call('DELETE', path, { key: acme.key })).status).toBe(204);
    expect((await api.call('DELETE', path, { key: acme.key })).status).toBe(404);
  });
});
