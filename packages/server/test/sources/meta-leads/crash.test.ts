import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../kit/engine.ts';
import { leadOf } from '../../kit/graph-api.ts';
import { killFetchProcesses, startFetchProcess } from './fetch-process.ts';
import {
  announcement,
  type LeadsApi,
  type LeadsSource,
  makeLeadsSource,
  newLeadId,
  notify,
  passTime,
  startLeadsApi,
  statesOf,
} from './setup.ts';

const LONG_MS = 120_000;
let api: LeadsApi;

beforeAll(async () => {
  api = await startLeadsApi();
});

afterAll(async () => {
  await killFetchProcesses();
  await api.close();
});

beforeEach(() => {
  api.graph.asked.length = 0;
});

const startNode = () => startFetchProcess(api.testDatabase.url, api.graph.url);

async function capturedIds({ tenantNo }: LeadsSource): Promise<string[]> {
  return (await api.leadsOf(tenantNo)).map(({ data }) => String(data['leadId'])).toSorted();
}

const untilCaptured = (source: LeadsSource, ids: readonly string[]) =>
  eventually(
    'every lead captured',
    async () => {
      await passTime(api);
      return new Set(await capturedIds(source)).size === ids.length;
    },
    LONG_MS,
  );

test(
  'after 200, kill -9 of the process in the middle of fetching loses no lead and publishes none twice',
  async () => {
    const source = await makeLeadsSource(api);
    const ids = Array.from({ length: 60 }, newLeadId);
    await notify(api, source, announcement(ids));
    // Every third request hangs, so that each killed process had some under way.
    let asked = 0;
    api.graph.answer = ({ leadgenId }) => {
      asked += 1;
      return asked % 3 === 0 ? { kind: 'silence' } : { kind: 'lead', lead: leadOf(leadgenId) };
    };
    for (let round = 1; round <= 4; round += 1) {
      const node = await startNode();
      const before = api.graph.silent();
      await eventually('fetches under way', () => api.graph.silent() > before, LONG_MS);
      await node.end('SIGKILL');
      // What waiting for the lease does.
      await passTime(api);
    }
    api.graph.answer = ({ leadgenId }) => ({ kind: 'lead', lead: leadOf(leadgenId) });
    const nodes = [await startNode(), await startNode()];
    await untilCaptured(source, ids);
    expect(await capturedIds(source)).toEqual(ids);
    for (const node of nodes) expect(await node.end('SIGTERM')).toBe(0);
  },
  LONG_MS * 2,
);

test(
  'a node that was frozen past its lease and woken publishes nothing again',
  async () => {
    const source = await makeLeadsSource(api);
    const id = newLeadId();
    api.graph.answer = ({ leadgenId }) =>
      api.graph.asked.length === 1
        ? { kind: 'late', lead: leadOf(leadgenId, { form_id: '1' }) }
        : { kind: 'lead', lead: leadOf(leadgenId, { form_id: '2' }) };
    await notify(api, source, announcement([id]));
    const frozen = await startNode();
    await eventually('asked', () => api.graph.silent() > 0, LONG_MS);
    frozen.signal('SIGSTOP');
    const other = await startNode();
    await untilCaptured(source, [id]);
    api.graph.answerLate();
    frozen.signal('SIGCONT');
    await eventually('the late answer was taken', () => api.graph.silent() === 0, LONG_MS);
    expect(await frozen.end('SIGTERM')).toBe(0);
    expect(await other.end('SIGTERM')).toBe(0);
    const leads = await api.leadsOf(source.tenantNo);
    expect(leads.map(({ data }) => data['formId'])).toEqual(['2']);
  },
  LONG_MS * 2,
);

test(
  'SIGTERM hands back what is under way, for another node to fetch at once',
  async () => {
    const source = await makeLeadsSource(api);
    const id = newLeadId();
    api.graph.answer = () => ({ kind: 'silence' });
    await notify(api, source, announcement([id]));
    const node = await startNode();
    await eventually('asked', () => api.graph.asked.length > 0, LONG_MS);
    expect(await node.end('SIGTERM')).toBe(0);
    const { data } = (await statesOf(api, source)).body;
    expect(data[0]).toMatchObject({ state: 'waiting', attemptCount: 0, error: null });
    expect(Date.parse(data[0].nextAttemptAt)).toBeLessThan(Date.now() + 5_000);
    api.graph.answer = ({ leadgenId }) => ({ kind: 'lead', lead: leadOf(leadgenId) });
    const next = await startNode();
    await eventually('captured', async () => (await capturedIds(source)).length === 1, LONG_MS);
    expect(await next.end('SIGTERM')).toBe(0);
  },
  LONG_MS * 2,
);
