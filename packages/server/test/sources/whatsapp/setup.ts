import { createHmac } from 'node:crypto';
import { registerHooks } from '../../../src/sources/hooks.ts';
import { type Answer, startTestApi, type TestApi } from '../../kit/api.ts';
import { createDatabase, type TestDatabase } from '../../kit/database.ts';

export const VERIFY_TOKEN = 'verify-me-please';
export const APP_SECRET = 'app-secret-of-the-tests';

export interface StoredEvent {
  tenant_no: number;
  type: string;
  body: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** A node with sources, on a database of its own. */
export interface SourcesApi extends TestApi {
  readonly testDatabase: TestDatabase;
  /** What is stored for a tenant, in the order of acceptance. */
  eventsOf(tenantNo: number): Promise<StoredEvent[]>;
}

export async function startSources(
  env: Readonly<Record<string, string>> = {},
): Promise<SourcesApi> {
  const testDatabase = await createDatabase();
  const api = await startTestApi(testDatabase.url, { more: [registerHooks], env });
  return {
    ...api,
    testDatabase,
    async eventsOf(tenantNo) {
      const { rows } = await api.database.general.query<{
        tenant_no: number;
        type: string;
        body: string;
      }>('select tenant_no, type, body from sydx.events where tenant_no = $1 order by id', [
        tenantNo,
      ]);
      return rows.map((row) => {
        const { timestamp, data } = JSON.parse(row.body) as StoredEvent;
        return { ...row, timestamp, data };
      });
    },
    async close() {
      await api.close();
      await testDatabase.drop();
    },
  };
}

export interface TestSource extends CreatedSource {
  readonly tenantNo: number;
  readonly key: string;
}

let tenants = 0;

/** A tenant of its own with a WhatsApp source, both made over the API. */
export async function makeSource(api: TestApi, settings: object = {}): Promise<TestSource> {
  tenants += 1;
  const { no, key } = await api.makeTenantWithKey(`tenant_${tenants}`);
  return { ...(await createSource(api, key, settings)), tenantNo: no, key };
}

export function createSource(
  api: TestApi,
  key: string,
  settings: object = {},
): Promise<CreatedSource> {
  return postSource(api, key, {
    kind: 'whatsapp',
    name: 'WhatsApp',
    settings: { verifyToken: VERIFY_TOKEN, appSecret: APP_SECRET, ...settings },
  });
}

export interface CreatedSource {
  readonly id: string;
  /** Of its URL. */
  readonly path: string;
}

/** A source of any kind, made over the API. */
export async function postSource(
  api: TestApi,
  key: string,
  body: { kind: string; name: string; settings: object },
): Promise<CreatedSource> {
  const answer = await api.call('POST', '/v1/sources', { key, body });
  if (answer.status !== 201) throw new Error(answer.text);
  return { id: answer.body.id, path: new URL(answer.body.url).pathname };
}

export function signatureOf(raw: string | Buffer, secret = APP_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
}

/** POSTs a notification as Meta does. */
export function notify(
  api: TestApi,
  { path }: { path: string },
  notification: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const raw = typeof notification === 'string' ? notification : JSON.stringify(notification);
  return api.call('POST', path, {
    raw,
    headers: { 'x-hub-signature-256': signatureOf(raw), ...headers },
  });
}

export interface TextMessage {
  id: string;
  from?: string;
  fromUserId?: string;
  name?: string;
  body?: string;
  phoneNumberId?: string;
}

/** A change of a notification that brings one text message. */
export function textChange(message: TextMessage): object {
  const { id, from, fromUserId, name, body = 'Hi', phoneNumberId = '1122334455667' } = message;
  return {
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550001111', phone_number_id: phoneNumberId },
      contacts: [
        { wa_id: from, user_id: fromUserId, ...(name === undefined ? {} : { profile: { name } }) },
      ],
      messages: [
        {
          id,
          from,
          from_user_id: fromUserId,
          timestamp: '1698266730',
          type: 'text',
          text: { body },
        },
      ],
    },
  };
}

/** A status `sent` of a message to somebody. */
export function sentChange(id: string, to: string, name?: string): object {
  return {
    field: 'messages',
    value: {
      metadata: { phone_number_id: '1122334455667' },
      contacts: [{ wa_id: to, ...(name === undefined ? {} : { profile: { name } }) }],
      statuses: [{ id, status: 'sent', timestamp: '1698266945', recipient_id: to }],
    },
  };
}

/** A notification with one entry for each list of changes. */
export function notificationOf(...entries: object[][]): object {
  return {
    object: 'whatsapp_business_account',
    entry: entries.map((changes, at) => ({ id: String(at), changes })),
  };
}
