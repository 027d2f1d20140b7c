import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerHooks } from '../../src/sources/hooks.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type Browser, makePerson, openPortal, PASSWORD, signIn, tokenOf } from '../kit/people.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { makeRejected } from '../kit/rejected.ts';

let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let acme: { id: string; no: number; key: string };
let admin: Browser & { email: string; personId: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, {
    retryScheduleSeconds: [0.05],
    more: [registerHooks],
  });
  receiver = await startReceiver((_request, response) => response.writeHead(500).end());
  acme = await api.makeTenantWithKey('acme');
  const { email, id } = await makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
  admin = { ...(await signIn(api, email)), email, personId: id };
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

interface Entry {
  id: string;
  createdAt: string;
  tenantId: string | null;
  action: string;
  actor: { kind: string; id: string | null; name: string | null; address: string | null };
  object: { kind: string; id: string | null; name: string | null };
  changes: { field: string; before: unknown; after: unknown }[];
}

async function entries(query = '', key = acme.key): Promise<Entry[]> {
  const answer = await api.call('GET', `/v1/audit-log?limit=100${query}`, { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data;
}

const newWebhook = (name: string) => ({
  name,
  url: `${receiver.origin}/services/T0123/B4567/a-long-password-in-the-path`,
  events: ['message.received'],
});

async function post(path: string, body?: object, by: Browser = admin): Promise<Answer['body']> {
  const answer = await by.call('POST', path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.text}`);
  return answer.body;
}

async function makeEventType(type: string): Promise<unknown> {
  const content = { description: 'x', schema: { type: 'object' }, sample: { id: 1 } };
  return await post('/v1/event-types', { type, ...content });
}

async function rejectedEvent(): Promise<string> {
  const lead = { type: 'lead.captured', data: { source: 'web_form' } };
  return await makeRejected(api.database, { tenant: acme.id, ...lead });
}

async function failedDelivery(): Promise<string> {
  await post('/v1/webhooks', newWebhook('failing'));
  const event = (
    await api.call('POST', '/v1/events', {
      key: acme.key,
      body: { type: 'message.received', data: { contact: '919876543210', type: 'text' } },
    })
  ).body.id as string;
  let id = '';
  await eventually('a delivery has failed', async () => {
    const page = await api.call('GET', `/v1/deliveries?eventId=${event}`, { key: acme.key });
    const done = page.body.data.find((one: { status: string }) => one.status === 'failed');
    id = done?.id ?? '';
    return done !== undefined;
  });
  return id;
}

/**
 * One good call of every route that changes something, and the entry that it leaves. A new route fails
 * the test below until it stands here or among the exceptions.
 */
const DEEDS: Readonly<Record<string, { action: string; carryOut: () => Promise<unknown> }>> = {
  'POST /v1/webhooks': {
    action: 'webhook.created',
    carryOut: () => post('/v1/webhooks', newWebhook('made')),
  },
  'PATCH /v1/webhooks/{id}': {
    action: 'webhook.changed',
    carryOut: async () => {
      const { id } = await post('/v1/webhooks', newWebhook('before'));
      await admin.call('PATCH', `/v1/webhooks/${id}`, { body: { name: 'after' } });
    },
  },
  'DELETE /v1/webhooks/{id}': {
    action: 'webhook.deleted',
    carryOut: async () => {
      const { id } = await post('/v1/webhooks', newWebhook('going'));
      await admin.call('DELETE', `/v1/webhooks/${id}`);
    },
  },
  'POST /v1/webhooks/{id}/test': {
    action: 'webhook.tested',
    carryOut: async () => {
      const { id } = await post('/v1/webhooks', newWebhook('tested'));
      await post(`/v1/webhooks/${id}/test`);
    },
  },
  'POST /v1/webhooks/{id}/rotate-secret': {
    action: 'webhook.secret_rotated',
    carryOut: async () => {
      const { id } = await post('/v1/webhooks', newWebhook('rotated'));
      await post(`/v1/webhooks/${id}/rotate-secret`);
    },
  },
  'POST /v1/webhooks/{id}/replay': {
    action: 'replay.started',
    carryOut: async () => {
      const { id } = await post('/v1/webhooks', newWebhook('replayed'));
      await post(`/v1/webhooks/${id}/replay`, { from: '2024-01-01T00:00:00Z' });
    },
  },
  'POST /v1/deliveries/{id}/redeliver': {
    action: 'delivery.redelivered',
    carryOut: async () => post(`/v1/deliveries/${await failedDelivery()}/redeliver`),
  },
  'POST /v1/inboxes': { action: 'inbox.created', carryOut: () => post('/v1/inboxes', {}) },
  'PATCH /v1/inboxes/{id}': {
    action: 'inbox.changed',
    carryOut: async () => {
      const { id } = await post('/v1/inboxes', {});
      await admin.call('PATCH', `/v1/inboxes/${id}`, { body: { answer: { status: 500 } } });
    },
  },
  'DELETE /v1/inboxes/{id}': {
    action: 'inbox.deleted',
    carryOut: async () => admin.call('DELETE', `/v1/inboxes/${(await post('/v1/inboxes', {})).id}`),
  },
  'POST /v1/sources': { action: 'source.created', carryOut: () => makeSource() },
  'PATCH /v1/sources/{id}': {
    action: 'source.changed',
    carryOut: async () => {
      const { id } = await makeSource();
      await admin.call('PATCH', `/v1/sources/${id}`, {
        body: { settings: { appSecret: 'another-app-secret', phoneNumberIds: ['123'] } },
      });
    },
  },
  'POST /v1/sources/{id}/retry': {
    action: 'source.retried',
    carryOut: async () => admin.call('POST', `/v1/sources/${(await makeSource()).id}/retry`),
  },
  'DELETE /v1/sources/{id}': {
    action: 'source.deleted',
    carryOut: async () => admin.call('DELETE', `/v1/sources/${(await makeSource()).id}`),
  },
  'POST /v1/event-types': { action: 'event_type.created', carryOut: () => makeEventType('a.made') },
  'PATCH /v1/event-types/{type}': {
    action: 'event_type.changed',
    carryOut: async () => {
      await makeEventType('a.changed');
      const schema = { type: 'object', required: ['id'] };
      await admin.call('PATCH', '/v1/event-types/a.changed', { body: { schema } });
    },
  },
  'DELETE /v1/event-types/{type}': {
    action: 'event_type.deleted',
    carryOut: async () => {
      await makeEventType('a.deleted');
      await admin.call('DELETE', '/v1/event-types/a.deleted');
    },
  },
  'POST /v1/rejected-events/{id}/retry': {
    action: 'rejected_event.retried',
    carryOut: async () => post(`/v1/rejected-events/${await rejectedEvent()}/retry`),
  },
  'DELETE /v1/rejected-events/{id}': {
    action: 'rejected_event.discarded',
    carryOut: async () => admin.call('DELETE', `/v1/rejected-events/${await rejectedEvent()}`),
  },
  'POST /v1/api-keys': { action: 'api_key.created', carryOut: () => makeKey() },
  'DELETE /v1/api-keys/{id}': {
    action: 'api_key.deleted',
    carryOut: async () => admin.call('DELETE', `/v1/api-keys/${(await makeKey()).id}`),
  },
  'POST /v1/tenants': {
    action: 'tenant.created',
    carryOut: () =>
      api.call('POST', '/v1/tenants', { key: api.operatorKey, body: { id: 'made-here' } }),
  },
  'PATCH /v1/tenants/{id}': {
    action: 'tenant.changed',
    carryOut: () =>
      api.call('PATCH', '/v1/tenants/acme', { key: api.operatorKey, body: { name: 'Acme Ltd' } }),
  },
  'POST /v1/session': { action: 'session.started', carryOut: () => signIn(api, admin.email) },
  'DELETE /v1/session': {
    action: 'session.ended',
    carryOut: async () => (await signIn(api, admin.email)).call('DELETE', '/v1/session'),
  },
  'DELETE /v1/sessions': {
    action: 'session.ended',
    carryOut: async () => {
      const person = await someone();
      await (await signIn(api, person.email)).call('DELETE', '/v1/sessions');
    },
  },
  'POST /v1/password': {
    action: 'password.changed',
    carryOut: async () => {
      const { email } = await someone();
      const body = { currentPassword: PASSWORD, newPassword: 'a new one that is long' };
      await (await signIn(api, email)).call('POST', '/v1/password', { body });
    },
  },
  'PATCH /v1/members/{id}': {
    action: 'member.role_changed',
    carryOut: async () => {
      const { id } = await someone();
      await admin.call('PATCH', `/v1/members/${id}`, { body: { role: 'agent' } });
    },
  },
  'DELETE /v1/members/{id}': {
    action: 'member.removed',
    carryOut: async () => admin.call('DELETE', `/v1/members/${(await someone()).id}`),
  },
  'POST /v1/members/{id}/reset-link': {
    action: 'reset_link.created',
    carryOut: async () => post(`/v1/members/${(await someone()).id}/reset-link`),
  },
  'POST /v1/reset-links': {
    action: 'reset_link.created',
    carryOut: async () =>
      api.call('POST', '/v1/reset-links', {
        key: api.operatorKey,
        body: { email: (await someone()).email },
      }),
  },
  'POST /v1/invites': { action: 'invite.created', carryOut: () => invite('a@example.com') },
  'DELETE /v1/invites/{id}': {
    action: 'invite.deleted',
    carryOut: async () => admin.call('DELETE', `/v1/invites/${(await invite('b@example.com')).id}`),
  },
  'POST /v1/links/accept': {
    action: 'member.joined',
    carryOut: async () => {
      const { url } = await invite('joins@example.com');
      const body = { token: tokenOf(url), password: PASSWORD, name: 'Joins' };
      expect((await api.call('POST', '/v1/links/accept', { body })).status).toBe(200);
    },
  },
  'POST /v1/secrets/reseal': {
    action: 'secrets.resealed',
    carryOut: () => api.call('POST', '/v1/secrets/reseal', { key: api.operatorKey }),
  },
  'POST /v1/portal-links': {
    action: 'portal_link.created',
    carryOut: () => api.call('POST', '/v1/portal-links', { key: acme.key }),
  },
  'POST /v1/portal-sessions': {
    action: 'portal_link.opened',
    carryOut: () => openPortal(api, acme.key),
  },
};

/** Routes that change something and leave no entry, each with the reason. */
const WITHOUT_ENTRY: Readonly<Record<string, string>> = {
  'POST /v1/events': 'What is published is its own record: events are listed and kept.',
  'POST /v1/links/inspect': 'Reads what a link is for; uses nothing up.',
  'POST /v1/filter-preview': 'Tries a filter; changes nothing.',
  'PATCH /v1/session': 'Which of their tenants a person looks at changes nothing of any.',
  'POST /v1/secrets/rotate':
    'Leaves the same entry as reseal; here the key is in the settings. See cli/secrets-key.test.ts.',
  'POST /hooks/{sourceId}': 'As publishing: what comes in becomes events.',
};

const someone = () => makePerson(api, [{ tenantNo: acme.no, role: 'admin' }]);
const invite = (email: string) => post('/v1/invites', { email, role: 'agent' });
const makeKey = () => post('/v1/api-keys', { name: 'reader', scopes: ['deliveries:read'] });
const makeSource = () =>
  post('/v1/sources', {
    kind: 'whatsapp',
    name: 'number',
    settings: { verifyToken: 'a-verify-token-of-ours', appSecret: 'an-app-secret-of-meta' },
  });

describe('every route of /openapi.json that changes something', () => {
  test('leaves an entry in the audit log, or is listed with a reason', async () => {
    const { body } = await api.call('GET', '/openapi.json');
    const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get' && method !== 'head')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(20);
    expect(new Set(routes)).toEqual(
      new Set([...Object.keys(DEEDS), ...Object.keys(WITHOUT_ENTRY)]),
    );
    for (const [route, { action, carryOut }] of Object.entries(DEEDS)) {
      const before = (await entries('', api.operatorKey)).map(({ id }) => id);
      await carryOut();
      const fresh = (await entries('', api.operatorKey)).filter(({ id }) => !before.includes(id));
      expect(
        fresh.map((entry) => entry.action),
        route,
      ).toContain(action);
    }
  }, 120_000);
});
