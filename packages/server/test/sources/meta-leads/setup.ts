import { DatabaseClock } from '../../../src/base/clock.ts';
import { createLog } from '../../../src/base/log.ts';
import { loadSettings } from '../../../src/base/settings.ts';
import { registerHooks } from '../../../src/sources/hooks.ts';
import { LeadFetcher } from '../../../src/sources/meta-leads/fetch-leads.ts';
import { createGraph } from '../../../src/sources/meta-leads/graph.ts';
import { createGraphTransport } from '../../../src/transport/graph-transport.ts';
import { createResolver } from '../../../src/transport/resolve.ts';
import { type Answer, startTestApi, type TestApi } from '../../kit/api.ts';
import { createDatabase, type TestDatabase } from '../../kit/database.ts';
import type { TestEngine } from '../../kit/engine.ts';
import { type GraphApi, startGraphApi } from '../../kit/graph-api.ts';
import {
  APP_SECRET,
  type CreatedSource,
  postSource,
  type TestSource,
  VERIFY_TOKEN,
} from '../whatsapp/setup.ts';

export { notify, type TestSource as LeadsSource } from '../whatsapp/setup.ts';

export const PAGE_TOKEN = 'EAAPageTokenOfTheTests0123456789';

export interface CapturedLead {
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

/** A fetching node: what app.ts starts beside the engine. */
export interface TestFetcher {
  stop(): Promise<void>;
}

/** A node's API with sources, and a stand-in for the Graph API. */
export interface LeadsApi extends TestApi {
  readonly testDatabase: TestDatabase;
  readonly graph: GraphApi;
  leadsOf(tenantNo: number): Promise<CapturedLead[]>;
}

export async function startLeadsApi(): Promise<LeadsApi> {
  const testDatabase = await createDatabase();
  const graph = await startGraphApi();
  const api = await startTestApi(testDatabase.url, { more: [registerHooks] });
  return {
    ...api,
    testDatabase,
    graph,
    leadsOf: (tenantNo) => leadsOf(api, tenantNo),
    async close() {
      await api.close();
      await graph.close();
      await testDatabase.drop();
    },
  };
}

/** lead.captured of a tenant, in the order of acceptance. */
export async function leadsOf(
  { database }: Pick<TestEngine, 'database'>,
  tenantNo: number,
): Promise<CapturedLead[]> {
  const { rows } = await database.general.query<{ body: string }>(
    `select body from sydx.events where tenant_no = $1 and type = 'lead.captured' order by id`,
    [tenantNo],
  );
  return rows.map(({ body }) => JSON.parse(body) as CapturedLead);
}

/** @param graphUrl for META_GRAPH_URL */
export function startFetcher(
  node: Pick<TestEngine, 'database' | 'engine' | 'keyring' | 'metrics'>,
  graphUrl: string,
  logged: (line: string) => void = () => undefined,
): TestFetcher {
  const settings = loadSettings({ META_GRAPH_URL: graphUrl });
  const transport = createGraphTransport(settings, createResolver());
  const fetcher = new LeadFetcher({
    ...node,
    clock: new DatabaseClock(Date.now()),
    log: createLog('info', { write: logged }),
    graph: createGraph(settings.metaGraphUrl, transport),
  });
  fetcher.start();
  return {
    stop: async () => {
      await fetcher.stop();
      await transport.close();
    },
  };
}

let tenants = 0;

/** A tenant of its own with a meta-leads source, both made over the API. */
export async function makeLeadsSource(api: TestApi, settings: object = {}): Promise<TestSource> {
  tenants += 1;
  const { no, key } = await api.makeTenantWithKey(`tenant_${tenants}`);
  return { ...(await createLeadsSource(api, key, settings)), tenantNo: no, key };
}

export function createLeadsSource(
  api: TestApi,
  key: string,
  settings: object = {},
): Promise<CreatedSource> {
  const required = {
    verifyToken: VERIFY_TOKEN,
    appSecret: APP_SECRET,
    pageAccessToken: PAGE_TOKEN,
  };
  return postSource(api, key, {
    kind: 'meta-leads',
    name: 'Lead Ads',
    settings: { ...required, ...settings },
  });
}

let leads = 0;

/** A leadgen id that nobody has. */
export function newLeadId(): string {
  leads += 1;
  return `90071992547${String(leads).padStart(8, '0')}`;
}

/** A notification of these leads, each in an entry of its own. */
export function announcement(ids: readonly string[], pageId = '138124712925158'): object {
  return {
    object: 'page',
    entry: ids.map((id) => ({
      id: pageId,
      time: 1630087927,
      changes: [
        {
          field: 'leadgen',
          value: {
            leadgen_id: id,
            page_id: pageId,
            form_id: '172036835026334',
            created_time: 1630087926,
          },
        },
      ],
    })),
  };
}

/** What waiting does to everything that waits: leads, leases and sources that rest are due now. */
export async function passTime({ database }: Pick<TestEngine, 'database'>): Promise<void> {
  await database.general.query(
    `update sydx.meta_leads set next_at = clock_timestamp() where state = 'waiting'`,
  );
  await database.general.query(
    `update sydx.meta_lead_fetching set resume_at = clock_timestamp() where resume_at is not null`,
  );
}

export function statesOf(api: TestApi, { id, key }: TestSource, query = ''): Promise<Answer> {
  return api.call('GET', `/v1/sources/${id}/leads${query}`, { key });
}

export async function fetchingOf(api: TestApi, { id, key }: TestSource): Promise<Answer['body']> {
  return (await api.call('GET', `/v1/sources/${id}/lead-fetching`, { key })).body;
}
