import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERIFY_TOKEN } from '../whatsapp/setup.ts';
import { leadgenFixture } from './fixtures.ts';
import {
  announcement,
  createLeadsSource,
  type LeadsApi,
  type LeadsSource,
  makeLeadsSource,
  newLeadId,
  notify,
  startLeadsApi,
  statesOf,
} from './setup.ts';

let api: LeadsApi;

beforeAll(async () => {
  api = await startLeadsApi();
});

afterAll(() => api.close());

const leadIdsOf = async (source: LeadsSource): Promise<string[]> =>
  (await statesOf(api, source)).body.data.map((lead: { leadId: string }) => lead.leadId);

describe("Meta's handshake", () => {
  const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=';

  test('is answered to who knows the verify token', async () => {
    const source = await makeLeadsSource(api);
    const right = await api.call('GET', `${source.path}?${query}${VERIFY_TOKEN}`);
    expect([right.status, right.text]).toEqual([200, '1158201444']);
    const wrong = await api.call('GET', `${source.path}?${query}guess`);
    expect([wrong.status, wrong.body.code]).toEqual([403, 'verification_failed']);
    const byHand = await api.call('GET', source.path);
    expect(byHand.body.detail).toContain("This URL is for Meta's Lead Ads");
  });
});

describe('a notification', () => {
  test('a source refuses unsigned and wrongly signed bodies', async () => {
    const source = await makeLeadsSource(api);
    const body = leadgenFixture('notification');
    const wrong = `sha256=${'0'.repeat(64)}`;
    const answers = [
      await api.call('POST', source.path, { raw: body }),
      await notify(api, source, body, { 'x-hub-signature-256': wrong }),
    ];
    expect(answers.map(({ status, body: { code } }) => [status, code])).toEqual([
      [401, 'invalid_signature'],
      [401, 'invalid_signature'],
    ]);
    expect(await leadIdsOf(source)).toEqual([]);
  });

  test('is kept before it is answered 200, its ids as they came', async () => {
    const source = await makeLeadsSource(api);
    expect((await notify(api, source, leadgenFixture('notification'))).status).toBe(200);
    const numeric = leadgenFixture('notification-numeric-ids');
    expect((await notify(api, source, numeric)).status).toBe(200);
    const huge = numeric.replaceAll('123123123123', '9007199254740993');
    expect((await notify(api, source, huge)).status).toBe(200);
    const { body } = await statesOf(api, source);
    expect(body.data.map((lead: { leadId: string }) => lead.leadId)).toEqual([
      '9007199254740993',
      '123123123123',
      '233370042045345',
    ]);
    expect(body.data[2]).toEqual({
      id: expect.stringMatching(/^led_/),
      leadId: '233370042045345',
      pageId: '138124712925158',
      formId: '172036835026334',
      adId: null,
      state: 'waiting',
      attemptCount: 0,
      error: null,
      receivedAt: expect.any(String),
      nextAttemptAt: expect.any(String),
      finishedAt: null,
    });
    expect(api.graph.asked).toEqual([]);
  });

  test('a repeat of one already seen adds nothing, also within one notification', async () => {
    const source = await makeLeadsSource(api);
    const [one, two] = [newLeadId(), newLeadId()];
    await notify(api, source, announcement([one, two, one]));
    await Promise.all([1, 2, 3].map(() => notify(api, source, announcement([two, one]))));
    expect((await leadIdsOf(source)).toSorted()).toEqual([one, two]);
  });

  test('pages outside of pageIds publish nothing', async () => {
    const source = await makeLeadsSource(api, { pageIds: ['111', '222'] });
    const [mine, others] = [newLeadId(), newLeadId()];
    await notify(api, source, announcement([mine], '222'));
    expect((await notify(api, source, announcement([others], '333'))).status).toBe(200);
    expect(await leadIdsOf(source)).toEqual([mine]);
    expect(api.logged()).toContain('A notification is about pages that this source does not');
  });

  test('what is unknown is answered 200 with a line in the log', async () => {
    const source = await makeLeadsSource(api);
    const odd = { object: 'page', entry: [{ id: '1', changes: [{ field: 'feed_of_tests' }] }] };
    expect((await notify(api, source, odd)).status).toBe(200);
    expect(api.logged()).toContain('no event for the field feed_of_tests');
    expect((await notify(api, source, 'not JSON')).status).toBe(200);
    expect(await leadIdsOf(source)).toEqual([]);
  });

  test('a source refuses a body that carries our own delivery header', async () => {
    const source = await makeLeadsSource(api);
    const body = announcement([newLeadId()]);
    const looped = await notify(api, source, body, { 'x-sydx-delivery': 'dlv_1' });
    expect(looped.body.code).toBe('loop_refused');
    expect(await leadIdsOf(source)).toEqual([]);
  });

  test("an operator's source routes pages to tenants", async () => {
    const [one, two] = [await makeLeadsSource(api), await makeLeadsSource(api)];
    const tenantOf = async ({ tenantNo }: LeadsSource): Promise<string> => {
      const { rows } = await api.database.general.query<{ id: string }>(
        'select id from sydx.tenants where no = $1',
        [tenantNo],
      );
      return rows[0]?.id ?? '';
    };
    const routes = { '1': await tenantOf(one), '2': await tenantOf(two) };
    const operators = await createLeadsSource(api, api.operatorKey, { routes });
    for (const page of ['1', '2', '3']) {
      await notify(api, operators, announcement([newLeadId()], page));
    }
    const { rows } = await api.database.general.query<{ tenant_no: number }>(
      'select tenant_no from sydx.meta_leads where page_id = any($1) order by id',
      [['1', '2', '3']],
    );
    expect(rows.map((row) => row.tenant_no)).toEqual([one.tenantNo, two.tenantNo]);
    const { body } = await statesOf(api, { ...one, ...operators, key: api.operatorKey });
    expect(body.data).toHaveLength(2);
    expect((await statesOf(api, { ...one, ...operators })).status).toBe(404);
  });

  test('a tenant without the plan gets none', async () => {
    const source = await makeLeadsSource(api);
    const setPlan = (plan: string) =>
      api.database.general.query('update sydx.tenants set plan = $2 where no = $1', [
        source.tenantNo,
        plan,
      ]);
    await setPlan('basic');
    expect((await notify(api, source, announcement([newLeadId()]))).status).toBe(200);
    await setPlan('pro');
    expect(await leadIdsOf(source)).toEqual([]);
  });
});

describe('the list of leads', () => {
  test('has pages, newest first, and a filter by state', async () => {
    const source = await makeLeadsSource(api);
    const ids = [newLeadId(), newLeadId(), newLeadId()];
    for (const id of ids) await notify(api, source, announcement([id]));
    const first = (await statesOf(api, source, '?limit=2&state=waiting')).body;
    const rest = (await statesOf(api, source, `?limit=2&cursor=${first.nextCursor}`)).body;
    const shown = [...first.data, ...rest.data].map((lead) => lead.leadId);
    expect(shown).toEqual(ids.toReversed());
    expect(rest.nextCursor).toBeNull();
    expect((await statesOf(api, source, '?state=failed')).body.data).toEqual([]);
    expect((await statesOf(api, source, '?state=lost')).status).toBe(422);
  });
});
