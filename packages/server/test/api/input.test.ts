import { verify } from '@sydx/sdk';
import { EVENTS, PROBLEMS, ProblemDocument } from '@sydx/contract';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import { eventually } from '../kit/engine.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';

/** Lines 20 and 21 of what a serious webhook sender survives, through the API, engine and sockets. */

let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let key: string;
let secret: string;

const data = EVENTS['campaign.sent'].sample;
const type = 'campaign.sent';
const DEEP = 10_000;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  receiver = await startReceiver();
  ({ key } = await api.makeTenantWithKey('acme'));
  const body = { name: 'n8n', url: receiver.origin, events: [type] };
  ({ secret } = (await api.call('POST', '/v1/webhooks', { key, body })).body);
});

afterAll(async () => {
  await receiver.close();
  await api.close();
  await database.drop();
});

/** How much of what a producer may store is there. */
async function stored(): Promise<unknown> {
  const { rows } = await api.database.general.query(
    `select (select count(*) from sydx.events) as events, (select count(*) from sydx.deliveries) as log,
      (select count(*) from sydx.pending_deliveries) as pending,
      (select count(*) from sydx.idempotency_keys) as keys`,
  );
  return rows[0];
}

async function settled(): Promise<unknown> {
  await eventually('nothing is pending', async () => {
    return ((await stored()) as { pending: string }).pending === '0';
  });
  return await stored();
}

/** One event with this in its data, as JSON. */
const holding = (field: string) =>
  `{"type":"${type}","data":{"name":"x","recipientCount":1,${field}}}`;

const REFUSED: [words: string, raw: string, code: keyof typeof PROBLEMS][] = [
  ['unknown event type', `{"type":"nope","data":{}}`, 'unknown_event_type'],
  ['a missing field', `{"type":"${type}"}`, 'invalid_body'],
  ['a missing field of data', `{"type":"${type}","data":{"name":"x"}}`, 'invalid_data'],
  ['a body that is not JSON', 'type=campaign.sent', 'malformed_json'],
  ['a body cut off', `{"type":"${type}","data":{`, 'malformed_json'],
  ['a request too large', holding(`"a":"${'x'.repeat(8 * 1024 * 1024)}"`), 'body_too_large'],
  ['an event too large', holding(`"a":"${'x'.repeat(97 * 1024)}"`), 'delivered_body_too_large'],
  ['an integer that JSON.parse changes', holding('"a":12345678901234567890'), 'number_not_exact'],
  ['a number that JSON.parse makes infinite', holding('"a":1e999'), 'number_not_exact'],
  ['a __proto__ key', holding('"a":{"__proto__":{"isAdmin":true}}'), 'unsafe_key'],
  ['a __proto__ key in escapes', holding(String.raw`"a":{"__pr\u006fto__":1}`), 'unsafe_key'],
  ['a lone surrogate', holding(String.raw`"a":"\ud800"`), 'invalid_unicode'],
  ['a lone surrogate in a name', holding(String.raw`"\udc00":1`), 'invalid_unicode'],
  ['10,000-deep nesting', holding(`"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}`), 'too_deep'],
  ['10,000-deep nesting that never closes', '['.repeat(DEEP), 'malformed_json'],
];

describe('a clear problem document, nothing stored, the server up', () => {
  it.each(REFUSED)('%s', async (_words, raw, code) => {
    await expectRefusal(raw, code);
  });

  it.each(REFUSED)('%s, in a batch: batches are all or nothing', async (_words, raw, code) => {
    const good = JSON.stringify({ type, data, idempotencyKey: 'never kept' });
    const batch = await api.call('POST', '/v1/events', { key, raw: `{"events":[${good}` });
    expect(batch.status).toBe(400);
    await expectRefusal(`{"events":[${good},${raw}]}`, code);
  });

  it('a duplicate idempotency key with another body (409)', async () => {
    const body = { type, data, idempotencyKey: 'order-1' };
    expect((await api.call('POST', '/v1/events', { key, body })).status).toBe(202);
    const other = JSON.stringify({ ...body, data: { ...data, name: 'another' } });
    await expectRefusal(other, 'idempotency_conflict');
    await expectRefusal(
      `{"events":[{"type":"${type}","data":${JSON.stringify(data)}},${other}]}`,
      'idempotency_conflict',
    );
  });
});

async function expectRefusal(raw: string, code: keyof typeof PROBLEMS): Promise<void> {
  const before = await settled();
  const answer = await api.call('POST', '/v1/events', { key, raw });
  expect([answer.status, answer.body.code]).toEqual([PROBLEMS[code].status, code]);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(ProblemDocument.parse(answer.body).detail).not.toBe('');
  expect(await stored()).toEqual(before);
  expect((await api.call('GET', '/readyz')).status).toBe(200);
}

it('any JSON data that is accepted arrives so that JSON.stringify(JSON.parse(body)) === body and both signatures verify', async () => {
  const { seed } = throwDice();
  console.log(`SEED=${seed}`);
  const own = new Set(['__proto__', 'name', 'recipientCount']);
  const name = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !own.has(text));
  const more = fc.dictionary(name, fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), {
    maxKeys: 5,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(more, { minLength: 1, maxLength: 20 }), async (list) => {
      const from = receiver.requests.length;
      const events = list.map((extra) => ({ type, data: { ...extra, ...data } }));
      const answer = await api.call('POST', '/v1/events', { key, body: { events } });
      // Integers past 2^53 and __proto__ further down are refused, which is the other half of the promise.
      if (answer.status !== 202) {
        expect(['number_not_exact', 'unsafe_key']).toContain(answer.body.code);
        return;
      }
      await eventually('all arrive', () => receiver.requests.length >= from + list.length, 60_000);
      for (const { body, headers } of receiver.requests.slice(from)) {
        const text = body.toString('utf8');
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
        expect(verify(body, headers, secret, { requireStandard: true })).toEqual(JSON.parse(text));
        expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual(
          JSON.parse(text),
        );
      }
      const arrived = receiver.requests
        .slice(from)
        .map(({ body }) => JSON.stringify(JSON.parse(body.toString()).data));
      expect(arrived.toSorted()).toEqual(
        events.map((event) => JSON.stringify(event.data)).toSorted(),
      );
    }),
    { seed, numRuns: 30 },
  );
}, 120_000);
