import { createHmac } from 'node:crypto';
import { ADMIN, OPERATOR_KEY } from './product.ts';

/** What of a tenant's stands for `{id}`, by the noun of the path. */
export const NOUNS = {
  events: 'event',
  webhooks: 'webhook',
  deliveries: 'delivery',
  replays: 'replay',
  'api-keys': 'apiKey',
  sources: 'source',
  members: 'member',
  invites: 'invite',
  tenants: 'tenant',
  hooks: 'source',
  'event-types': 'eventType',
} as const;

export type Noun = (typeof NOUNS)[keyof typeof NOUNS];

export interface Side {
  readonly tenant: string;
  readonly ids: Readonly<Record<Noun, string>>;
  /** A source that takes forms of FORM_SITE; the other takes WhatsApp. */
  readonly form: string;
}

/** Fresh tenants with something of everything, and everybody who may call. */
export interface Stage {
  readonly own: Side;
  readonly foreign: Side;
  /** Headers of each caller. */
  readonly callers: Readonly<Record<Caller, readonly (readonly [string, string])[]>>;
  /** One-time links' tokens. */
  readonly tokens: readonly string[];
  /** A real one, of GET /v1/events. */
  readonly cursor: string;
  readonly receiver: string;
  /** Signs what is sent to the source as Meta does. */
  readonly sign: (body: Buffer) => string;
}

export const CALLERS = [
  'nobody',
  'admin key',
  'read-only key',
  'events key',
  'operator',
  'operator in the tenant',
  'admin',
  'agent',
  'portal',
  "another tenant's key",
] as const;
export type Caller = (typeof CALLERS)[number];

const APP_SECRET = 'fuzz-app-secret';
const VERIFY_TOKEN = 'fuzz-verify-token';
export const FORM_SITE = 'https://www.example.com';
const FORM_SETTINGS = {
  allowedOrigins: [FORM_SITE],
  fields: { name: 'name', email: 'email' },
  // Fuzzing is a flood.
  limits: { perMinute: 10_000, perNetworkPerMinute: 10_000 },
};

type Call = (
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
  body?: unknown,
) => Promise<{ json: Record<string, unknown>; cookie: string }>;

export async function setStage(origin: string, receiver: string, number: number): Promise<Stage> {
  const call = callerAt(origin);
  const operator = bearer(OPERATOR_KEY);
  const [ownId, foreignId] = [`own-${number}`, `foreign-${number}`];
  const own = await makeSide(call, ownId, receiver);
  const foreign = await makeSide(call, foreignId, receiver);
  const inOwn = [...operator, tenantHeader(ownId)];
  const key = async (scopes: string[]) =>
    bearer(text((await call('POST', '/v1/api-keys', inOwn, { name: 'fuzz', scopes })).json['key']));
  const admin = await join(call, inOwn, `admin-${number}@example.com`, 'admin');
  const agent = await join(call, inOwn, `agent-${number}@example.com`, 'agent');
  const portalToken = async () => {
    const { json } = await call('POST', '/v1/portal-links', inOwn);
    return fragment(text(json['url']));
  };
  const opened = await call('POST', '/v1/portal-sessions', [], { token: await portalToken() });
  const page = await call('GET', '/v1/events?limit=1', inOwn);
  return {
    own,
    foreign,
    receiver,
    tokens: [await portalToken()],
    cursor: text(page.json['nextCursor']),
    sign: (body) => `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`,
    callers: {
      nobody: [],
      'admin key': await key(['events:write', 'deliveries:read', 'webhooks:admin']),
      'read-only key': await key(['deliveries:read']),
      'events key': await key(['events:write']),
      operator,
      'operator in the tenant': inOwn,
      admin,
      agent,
      portal: bearer(text(opened.json['token'])),
      "another tenant's key": await keyOf(call, foreignId),
    },
  };
}

async function makeSide(call: Call, tenant: string, receiver: string): Promise<Side> {
  await call('POST', '/v1/tenants', bearer(OPERATOR_KEY), { id: tenant });
  const inTenant = [...bearer(OPERATOR_KEY), tenantHeader(tenant)];
  const post = async (path: string, body?: unknown) =>
    text((await call('POST', path, inTenant, body)).json['id']);
  const webhook = await post('/v1/webhooks', {
    name: 'x',
    url: receiver,
    events: ['campaign.sent'],
  });
  const campaign = { type: 'campaign.sent', data: { name: 'Diwali', recipientCount: 3 } };
  await post('/v1/events', campaign);
  const event = await post('/v1/events', campaign);
  const deliveries = await call('GET', '/v1/deliveries', inTenant);
  const [delivery] = deliveries.json['data'] as { id: string }[];
  const from = '2024-01-01T00:00:00Z';
  const replay = await post(`/v1/webhooks/${webhook}/replay`, { from, status: 'failed' });
  const apiKey = await post('/v1/api-keys', { name: 'x', scopes: ['events:write'] });
  const settings = { verifyToken: VERIFY_TOKEN, appSecret: APP_SECRET };
  const source = await post('/v1/sources', { kind: 'whatsapp', name: 'x', settings });
  const eventType = 'order.paid';
  const content = { description: 'x', schema: { required: ['id'] }, sample: { id: 1 } };
  await call('POST', '/v1/event-types', inTenant, { type: eventType, ...content });
  const form = await post('/v1/sources', { kind: 'form', name: 'x', settings: FORM_SETTINGS });
  const invite = await post('/v1/invites', { email: `new-${tenant}@example.com`, role: 'agent' });
  await join(call, inTenant, `member-${tenant}@example.com`, 'agent');
  const members = await call('GET', '/v1/members', inTenant);
  const [member] = members.json['data'] as { id: string }[];
  const ids = { event, webhook, replay, apiKey, source, eventType, invite, tenant };
  return { tenant, form, ids: { ...ids, delivery: text(delivery?.id), member: text(member?.id) } };
}

/** A person who accepted an invite. @returns the headers of their browser */
async function join(
  call: Call,
  inTenant: readonly (readonly [string, string])[],
  email: string,
  role: string,
): Promise<readonly (readonly [string, string])[]> {
  const invited = await call('POST', '/v1/invites', inTenant, { email, role });
  const token = fragment(text(invited.json['url']));
  const { password } = ADMIN;
  const { cookie } = await call('POST', '/v1/links/accept', [], { token, password, name: 'x' });
  return [['cookie', cookie]];
}

async function keyOf(call: Call, tenant: string) {
  const inTenant = [...bearer(OPERATOR_KEY), tenantHeader(tenant)];
  const scopes = ['events:write', 'deliveries:read', 'webhooks:admin'];
  const { json } = await call('POST', '/v1/api-keys', inTenant, { name: 'x', scopes });
  return bearer(text(json['key']));
}

function callerAt(origin: string): Call {
  return async (method, path, headers, body) => {
    const answer = await fetch(origin + path, {
      method,
      headers: [
        ...headers.map(([name, value]): [string, string] => [name, value]),
        ...(body === undefined ? [] : [['content-type', 'application/json'] as [string, string]]),
      ],
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answered = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answered}`);
    const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    return {
      json: answered === '' ? {} : (JSON.parse(answered) as Record<string, unknown>),
      cookie,
    };
  };
}

function bearer(key: string): readonly (readonly [string, string])[] {
  return [['authorization', `Bearer ${key}`]];
}

function tenantHeader(tenant: string): readonly [string, string] {
  return ['sydx-tenant', tenant];
}

function fragment(url: string): string {
  return new URL(url).hash.slice(1);
}

function text(value: unknown): string {
  if (typeof value !== 'string')
    throw new Error(`Expected a string, got ${JSON.stringify(value)}.`);
  return value;
}
