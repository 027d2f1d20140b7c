import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ageMetaLeads } from '../../../src/store/meta-leads.ts';
import { eventually } from '../../kit/engine.ts';
import { GRAPH_ERRORS, type GraphReply, leadOf } from '../../kit/graph-api.ts';
import { APP_SECRET } from '../whatsapp/setup.ts';
import { leadgenFixture } from './fixtures.ts';
import {
  announcement,
  createLeadsSource,
  fetchingOf,
  type LeadsApi,
  type LeadsSource,
  makeLeadsSource,
  newLeadId,
  notify,
  PAGE_TOKEN,
  passTime,
  startFetcher,
  startLeadsApi,
  statesOf,
  type TestFetcher,
} from './setup.ts';

let api: LeadsApi;
let fetcher: TestFetcher;
let logged = '';

beforeAll(async () => {
  api = await startLeadsApi();
  fetcher = startFetcher(api, api.graph.url, (line) => {
    logged += line;
  });
});

afterAll(async () => {
  await fetcher.stop();
  await api.close();
  expect(logged).not.toContain(PAGE_TOKEN);
});

const good = ({ leadgenId }: { leadgenId: string }): GraphReply => ({
  kind: 'lead',
  lead: leadOf(leadgenId),
});
const error = (body: object, status = 400): GraphReply => ({ kind: 'error', status, error: body });

beforeEach(() => {
  api.graph.answer = good;
  api.graph.asked.length = 0;
});

// What a test left waiting is none of the next one's.
afterEach(async () => {
  await api.database.general.query(`delete from sydx.meta_leads where state = 'waiting'`);
});

const namesOf = async ({ tenantNo }: LeadsSource): Promise<unknown[]> =>
  (await api.leadsOf(tenantNo)).map(({ data }) => data['name']);

const firstLead = async (source: LeadsSource) => (await statesOf(api, source)).body.data[0];

const untilAsked = (count: number) =>
  eventually(`${count} requests for leads`, () => api.graph.asked.length >= count, 30_000);

const untilPublished = (source: LeadsSource, count: number) =>
  eventually(
    `${count} leads`,
    async () => (await api.leadsOf(source.tenantNo)).length >= count,
    30_000,
  );

const untilError = (source: LeadsSource, code: string) =>
  eventually(code, async () => (await firstLead(source))?.error?.code === code, 30_000);

describe('a lead', () => {
  test('is fetched with the token of its source and published as lead.captured', async () => {
    api.graph.answer = () => ({ kind: 'lead', lead: JSON.parse(leadgenFixture('lead')) });
    const source = await makeLeadsSource(api);
    await notify(api, source, leadgenFixture('notification'));
    await untilPublished(source, 1);
    const [lead] = await api.leadsOf(source.tenantNo);
    expect(lead?.timestamp).toBe('2018-02-28T08:49:14.000Z');
    expect(lead?.data).toMatchObject({
      name: 'Joe Example',
      phone: '15550100123',
      source: 'facebook_ad',
      leadId: '233370042045345',
      answers: { car_make: 'Honda' },
    });
    const [asked] = api.graph.asked;
    expect(asked).toMatchObject({ leadgenId: '233370042045345', token: PAGE_TOKEN });
    expect(asked?.version).toMatch(/^v\d+\.\d+$/);
    expect(asked?.query.get('fields')).toContain('campaign_name');
    expect([...(asked?.query.keys() ?? [])]).toEqual(['fields']);
    expect(await firstLead(source)).toMatchObject({
      state: 'published',
      attemptCount: 1,
      error: null,
      nextAttemptAt: null,
      finishedAt: expect.any(String),
    });
    expect(await fetchingOf(api, source)).toEqual({
      state: 'running',
      waiting: 0,
      failed: 0,
      oldestWaitingAt: null,
      error: null,
      resumesAt: null,
    });
  });

  test('repeats publish once, also through two sources of one tenant', async () => {
    const source = await makeLeadsSource(api);
    const second = { ...source, ...(await createLeadsSource(api, source.key)) };
    const id = newLeadId();
    await Promise.all([
      notify(api, source, announcement([id])),
      notify(api, second, announcement([id])),
    ]);
    await eventually('both closed', async () => {
      const leads = [await firstLead(source), await firstLead(second)];
      return leads.every((lead) => lead?.state === 'published');
    });
    await notify(api, source, announcement([id]));
    expect(await namesOf(source)).toEqual([`Joe ${id}`]);
  });

  test('without the right to see ads is fetched without what is said of them', async () => {
    api.graph.answer = ({ leadgenId, query }) =>
      query.has('fields') ? error(GRAPH_ERRORS.permission, 403) : good({ leadgenId });
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await untilPublished(source, 1);
    expect(api.graph.asked).toHaveLength(2);
  });

  test('of an app that asks for the proof of its secret is fetched with it', async () => {
    api.graph.answer = ({ leadgenId, query }) =>
      query.has('appsecret_proof') ? good({ leadgenId }) : error(GRAPH_ERRORS.proof);
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await untilPublished(source, 1);
    const proof = api.graph.asked.at(-1)?.query.get('appsecret_proof');
    expect(proof).toMatch(/^[0-9a-f]{64}$/);
    expect(proof).not.toBe(APP_SECRET);
  });

  test('that Meta refuses is kept as failed with its sentence, until an admin presses retry', async () => {
    api.graph.answer = () => error(GRAPH_ERRORS.permission, 403);
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await eventually('failed', async () => (await firstLead(source))?.state === 'failed');
    expect((await firstLead(source)).error).toEqual({
      code: 'refused',
      detail: 'Meta: (#200) Requires leads_retrieval permission to manage the object (code 200)',
    });
    expect(await fetchingOf(api, source)).toMatchObject({ failed: 1, waiting: 0 });
    api.graph.answer = good;
    const retried = await api.call('POST', `/v1/sources/${source.id}/retry`, { key: source.key });
    expect([retried.status, retried.body]).toEqual([202, { count: 1 }]);
    await untilPublished(source, 1);
  });

  test('that does not exist yet is tried again, and given up after a few tries', async () => {
    const late = newLeadId();
    let tries = 0;
    api.graph.answer = ({ leadgenId }) => {
      tries += 1;
      return leadgenId === late && tries > 4
        ? good({ leadgenId })
        : error(GRAPH_ERRORS.missing(leadgenId));
    };
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([late]));
    await eventually('published after all', async () => {
      await passTime(api);
      return (await api.leadsOf(source.tenantNo)).length === 1;
    });
    const never = newLeadId();
    await notify(api, source, announcement([never]));
    await eventually(
      'given up',
      async () => {
        await passTime(api);
        return (await firstLead(source)).state === 'failed';
      },
      20_000,
    );
    expect(await firstLead(source)).toMatchObject({
      attemptCount: 5,
      error: { code: 'not_found', detail: expect.stringContaining('does not exist') },
    });
  });
});

describe('a source', () => {
  test('whose token Meta refuses is paused and says so; changed, it goes on', async () => {
    const renewed = 'EAARenewedTokenOfTheTests0123456';
    api.graph.answer = ({ leadgenId, token }) =>
      token === renewed ? good({ leadgenId }) : error(GRAPH_ERRORS.token, 401);
    const source = await makeLeadsSource(api);
    const ids = [newLeadId(), newLeadId()];
    await notify(api, source, announcement([ids[0] ?? '']));
    await untilError(source, 'token_refused');
    await eventually('paused', async () => (await fetchingOf(api, source)).state === 'paused');
    expect(await fetchingOf(api, source)).toMatchObject({
      waiting: 1,
      error: {
        code: 'token_refused',
        detail: expect.stringContaining('Error validating access token'),
        since: expect.any(String),
      },
    });
    await notify(api, source, announcement([ids[1] ?? '']));
    const asked = api.graph.asked.length;

    // Another source goes on meanwhile, so the fetcher had its turns.
    const other = await makeLeadsSource(api, { pageAccessToken: renewed });
    await notify(api, other, announcement([newLeadId()]));
    await untilPublished(other, 1);
    await passTime(api);
    expect(api.graph.asked).toHaveLength(asked + 1);

    await api.call('PATCH', `/v1/sources/${source.id}`, {
      key: source.key,
      body: { settings: { pageAccessToken: renewed } },
    });
    expect((await fetchingOf(api, source)).state).toBe('running');
    await untilPublished(source, 2);
    expect(new Set(await namesOf(source))).toEqual(new Set(ids.map((id) => `Joe ${id}`)));
    // The token's trouble was none of the lead's.
    expect((await statesOf(api, source)).body.data.at(-1).attemptCount).toBe(1);
  });

  test('that was paused goes on when an admin presses retry', async () => {
    api.graph.answer = () => error(GRAPH_ERRORS.token, 401);
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await eventually('paused', async () => (await fetchingOf(api, source)).state === 'paused');
    api.graph.answer = good;
    await api.call('POST', `/v1/sources/${source.id}/retry`, { key: source.key });
    await untilPublished(source, 1);
  });

  test('that Meta asks to slow down rests for as long as it says', async () => {
    const usage = JSON.stringify({ '1': [{ estimated_time_to_regain_access: 5 }] });
    api.graph.answer = () => ({
      kind: 'raw',
      status: 400,
      body: JSON.stringify({ error: GRAPH_ERRORS.rate }),
      headers: { 'x-business-use-case-usage': usage },
    });
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await eventually('rests', async () => (await fetchingOf(api, source)).state === 'backing_off');
    const { error: trouble, resumesAt } = await fetchingOf(api, source);
    expect(trouble.code).toBe('rate_limited');
    expect(Date.parse(resumesAt) - Date.now()).toBeGreaterThan(60_000);
    expect((await firstLead(source)).attemptCount).toBe(0);
    api.graph.answer = good;
    await passTime(api);
    await untilPublished(source, 1);
  });

  test('with trouble of its own holds up no other', async () => {
    const slow = await makeLeadsSource(api, { pageAccessToken: 'EAASlowTokenOfTheTests012345' });
    api.graph.answer = ({ leadgenId, token }) =>
      token === PAGE_TOKEN ? good({ leadgenId }) : { kind: 'silence' };
    await notify(api, slow, announcement(Array.from({ length: 40 }, newLeadId)));
    await untilAsked(4);
    const quick = await makeLeadsSource(api);
    await notify(api, quick, announcement([newLeadId()]));
    await untilPublished(quick, 1);
    expect(api.graph.silent()).toBe(4);
  });
});

describe('while Meta is down', () => {
  test('nothing is lost: leads are kept, seen, and fetched when it is back', async () => {
    const replies: GraphReply[] = [
      error(GRAPH_ERRORS.transient, 500),
      { kind: 'raw', status: 502, body: '<html>Bad Gateway</html>' },
      { kind: 'raw', status: 200, body: '{"field_data":[' },
    ];
    api.graph.answer = () => replies[api.graph.asked.length % 3] ?? replies[0]!;
    const source = await makeLeadsSource(api);
    const ids = Array.from({ length: 12 }, newLeadId);
    await notify(api, source, announcement(ids));
    // Hours pass.
    for (let asked = 4; asked <= 24; asked += 4) {
      await eventually('asked again', async () => {
        await passTime(api);
        return api.graph.asked.length >= asked;
      });
    }
    expect(await api.leadsOf(source.tenantNo)).toEqual([]);
    expect(await fetchingOf(api, source)).toMatchObject({ waiting: 12, failed: 0 });
    await eventually('rests', async () => (await fetchingOf(api, source)).state === 'backing_off');
    api.graph.answer = good;
    await eventually(
      'all published',
      async () => {
        await passTime(api);
        return (await api.leadsOf(source.tenantNo)).length === 12;
      },
      30_000,
    );
    expect(new Set(await namesOf(source))).toEqual(new Set(ids.map((id) => `Joe ${id}`)));
    expect((await fetchingOf(api, source)).state).toBe('running');
  });

  test('a source rests longer with each failure in a row', async () => {
    api.graph.answer = () => error(GRAPH_ERRORS.transient, 503);
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    const restSeconds = async (): Promise<number> => {
      const { rows } = await api.database.general.query<{ seconds: number }>(
        'select extract(epoch from max(resume_at) - clock_timestamp())::float8 as seconds from sydx.meta_lead_fetching',
      );
      return rows[0]?.seconds ?? 0;
    };
    await eventually(
      'rests for minutes',
      async () => {
        if ((await restSeconds()) > 60) return true;
        await passTime(api);
        return false;
      },
      60_000,
    );
  });

  test('what could not be fetched within the 90 days of Meta is kept as expired, and forgotten later', async () => {
    api.graph.answer = () => error(GRAPH_ERRORS.token, 401);
    const source = await makeLeadsSource(api);
    await notify(api, source, announcement([newLeadId()]));
    await untilError(source, 'token_refused');
    const days = { expireDays: 0, keepDays: 100 };
    await ageMetaLeads(api.database.general, days, { code: 'expired', detail: 'Too late.' });
    expect(await firstLead(source)).toMatchObject({
      state: 'failed',
      error: { code: 'expired', detail: 'Too late.' },
    });
    const retried = await api.call('POST', `/v1/sources/${source.id}/retry`, { key: source.key });
    expect(retried.body).toEqual({ count: 0 });
    await ageMetaLeads(
      api.database.general,
      { expireDays: 90, keepDays: 0 },
      { code: 'expired', detail: 'Too late.' },
    );
    expect(await firstLead(source)).toBeUndefined();
  });
});

test('a lead of a source that is deleted meanwhile publishes nothing', async () => {
  api.graph.answer = () => ({ kind: 'silence' });
  const source = await makeLeadsSource(api);
  await notify(api, source, announcement([newLeadId()]));
  await eventually('asked', () => api.graph.silent() > 0);
  await api.call('DELETE', `/v1/sources/${source.id}`, { key: source.key });
  expect(await api.leadsOf(source.tenantNo)).toEqual([]);
});
