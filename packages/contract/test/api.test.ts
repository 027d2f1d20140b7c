import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  CreateApiKey,
  CreateSource,
  CreateTenant,
  CreateWebhook,
  DeliveriesQuery,
  EVENTS,
  judge,
  normaliseTimestamp,
  PatchWebhook,
  judgeRegistered,
  readDataSchema,
  readPublishRequest,
  StartReplay,
} from '../src/index.ts';

const type = 'campaign.sent';
const data = EVENTS[type].sample;

describe('publishing', () => {
  test('one event or a batch, with data as the very object that came in', () => {
    const one = readPublishRequest({ type, data, idempotencyKey: 'k' });
    expect(one).toMatchObject({ ok: true, batch: false });
    expect(one.ok && one.events[0]?.data).toBe(data);
    expect(
      readPublishRequest({
        events: [
          { type, data },
          { type, data },
        ],
      }),
    ).toMatchObject({
      ok: true,
      batch: true,
      events: { length: 2 },
    });
  });

  test('types that somebody registered are judged by what their tenant knows', () => {
    const reading = readPublishRequest({
      events: [
        { type, data },
        { type: 'order.paid', data: { id: 1 } },
      ],
    });
    if (!reading.ok) throw new Error(reading.code);
    expect(reading.unjudged).toEqual([1]);
    expect(judgeRegistered(reading, () => undefined)).toEqual({
      ok: false,
      code: 'unknown_event_type',
      errors: [
        { pointer: '/events/1/type', detail: 'is not an event type of GET /v1/event-types' },
      ],
    });
    const judgedBy = (schema: object) => {
      const read = readDataSchema(schema);
      if (!read.ok) throw new Error('The schema is refused.');
      return judgeRegistered(reading, () => read.schema);
    };
    expect(judgedBy({ required: ['id'] })).toEqual({ ok: true, events: reading.events });
    expect(judgedBy({ required: ['no'] })).toEqual({
      ok: false,
      code: 'invalid_data',
      errors: [{ pointer: '/events/1/data/no', detail: 'is required' }],
    });
  });

  test.each([
    ['nothing', null, 'invalid_body', ''],
    ['a list', [], 'invalid_body', ''],
    ['no type', { data }, 'invalid_body', '/type'],
    ['no data', { type }, 'invalid_body', '/data'],
    ['data that is a list', { type, data: [] }, 'invalid_body', '/data'],
    ['an unknown field', { type, data, extra: 1 }, 'invalid_body', '/extra'],
    ['a bad time', { type, data, timestamp: 'now' }, 'invalid_body', '/timestamp'],
    ['an empty batch', { events: [] }, 'invalid_body', '/events'],
    [
      'a batch of 1001',
      { events: Array.from({ length: 1001 }, () => ({ type, data })) },
      'invalid_body',
      '/events',
    ],
    ['an unknown type', { type: 'unknown', data }, 'unknown_event_type', '/type'],
    ['a reserved type', { type: 'webhook.exploded', data }, 'unknown_event_type', '/type'],
    ['an inherited name', { type: 'toString', data }, 'unknown_event_type', '/type'],
    ['test.ping', { type: 'test.ping', data }, 'unknown_event_type', '/type'],
    ['data that misfits', { type, data: { name: 'x' } }, 'invalid_data', '/data/recipientCount'],
    [
      'a batch with one misfit',
      {
        events: [
          { type, data },
          { type, data: {} },
        ],
      },
      'invalid_data',
      '/events/1/data/name',
    ],
  ])('%s is refused with a pointer', (_name, body, code, pointer) => {
    const reading = readPublishRequest(body);
    expect(reading).toMatchObject({ ok: false, code });
    expect(!reading.ok && reading.errors[0]?.pointer).toBe(pointer);
  });
});

test.each([
  ['2026-03-25T08:22:50.254Z', '2026-03-25T08:22:50.254Z'],
  ['2026-03-25T13:52:50.254987+05:30', '2026-03-25T08:22:50.254Z'],
  ['2026-03-25T08:22Z', '2026-03-25T08:22:00.000Z'],
  ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['0000-01-01T00:00:00+01:00', null],
  ['9999-12-31T23:59:59-01:00', null],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2026-02-29T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-00-01T00:00:00Z', null],
  ['2026-01-00T00:00:00Z', null],
  ['2026-03-25T24:00:00Z', null],
  ['2026-03-25T08:22:50', null],
  ['2026-03-25', null],
  ['1774426970', null],
  ['+010000-01-01T00:00:00Z', null],
])('the time %s is read as %s', (text, expected) => {
  expect(normaliseTimestamp(text)).toBe(expected);
});

test('a webhook has a one-line name of 1 to 100 characters and events without repeats', () => {
  const good = {
    name: ' n8n Lead Alert ',
    url: 'https://n8n.example/x',
    events: ['lead.captured'],
  };
  expect(CreateWebhook.parse(good).name).toBe('n8n Lead Alert');
  for (const bad of [
    { ...good, name: '  ' },
    { ...good, name: 'a'.repeat(101) },
    { ...good, name: 'a\u0007b' },
    { ...good, events: [] },
    { ...good, events: ['lead.captured', 'lead.captured'] },
    { ...good, events: ['test.ping'] },
    { ...good, url: `https://${'a'.repeat(2048)}` },
    { ...good, secret: 'whsec_mine' },
  ]) {
    expect(CreateWebhook.safeParse(bad).success).toBe(false);
  }
  expect(PatchWebhook.safeParse({ enabled: 'yes' }).success).toBe(false);
});

test('lists take limit 1 to 100, 50 by default, and refuse a mistyped filter', () => {
  expect(DeliveriesQuery.parse({})).toEqual({ limit: 50 });
  expect(DeliveriesQuery.parse({ limit: '100' }).limit).toBe(100);
  for (const bad of [{ limit: '0' }, { limit: '101' }, { limit: '' }, { stauts: 'failed' }]) {
    expect(DeliveriesQuery.safeParse(bad).success).toBe(false);
  }
});

test('a replay asks for failed deliveries unless told otherwise, in a span that is one', () => {
  const from = '2026-03-25T00:00:00Z';
  expect(StartReplay.parse({ from })).toMatchObject({ status: 'failed', dryRun: false });
  expect(StartReplay.safeParse({ from, to: from }).success).toBe(false);
  expect(StartReplay.safeParse({ from, status: 'pending' }).success).toBe(false);
});

test('a source is judged by its kind', () => {
  const settings = { verifyToken: 'v', appSecret: 's' };
  expect(CreateSource.safeParse({ kind: 'whatsapp', name: 'WA', settings }).success).toBe(true);
  expect(CreateSource.safeParse({ kind: 'telegram', name: 'TG', settings }).success).toBe(false);
  const unknown = judge(CreateSource, { kind: 'whatsapp', name: 'W', settings: { x: 1 } });
  expect(!unknown.ok && unknown.errors.map((error) => error.pointer)).toEqual([
    '/settings/verifyToken',
    '/settings/appSecret',
    '/settings/x',
  ]);
});

test('tenants and keys are named within bounds', () => {
  expect(CreateTenant.parse({ id: 'acme-1' })).toEqual({ id: 'acme-1', plan: 'pro' });
  expect(CreateTenant.safeParse({ id: 'a b' }).success).toBe(false);
  expect(CreateApiKey.safeParse({ name: 'ci', scopes: ['events:write'] }).success).toBe(true);
  expect(CreateApiKey.safeParse({ name: 'ci', scopes: ['root'] }).success).toBe(false);
});

test('every shape stands in the OpenAPI document under a name of its own', () => {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'output' });
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(['Problem', 'Event', 'Webhook', 'Delivery', 'Attempt', 'Source']),
  );
  expect(JSON.stringify(schemas)).not.toContain('__schema');
});
