import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseId } from '../../src/base/ids.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { InboxReader } from '../kit/inbox-reader.ts';

let database: TestDatabase;
/** Two nodes on one PostgreSQL: requests arrive at one, streams are read from the other. */
let api: TestApi;
let node: TestApi;
let origin: string;
let key: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url);
  node = await startTestApi(database.url);
  await node.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(node.app.server.address() as AddressInfo).port}`;
  ({ key } = await api.makeTenantWithKey('acme'));
});

afterAll(async () => {
  await node.close();
  await api.close();
  await database.drop();
});

async function makeInbox(kind: 'try' | 'listen') {
  const made = await api.call('POST', '/v1/inboxes', { key, body: { kind } });
  expect(made.status, made.text).toBe(201);
  return made.body as { id: string; url: string };
}

const send = (inbox: { url: string }, raw = '{}') =>
  api.call('POST', new URL(inbox.url).pathname, { raw });

const remove = ({ id }: { id: string }) => api.call('DELETE', `/v1/inboxes/${id}`, { key });

const read = ({ id }: { id: string }) => new InboxReader(() => origin, key, id);

const counting = (to: number) => Array.from({ length: to }, (_, n) => n + 1);

test('a stream tells what is kept, then what arrives at any node, and says when the inbox is no more', async () => {
  const inbox = await makeInbox('try');
  await send(inbox, '{"n":1}');
  const reader = read(inbox);
  await eventually('the first is there', () => reader.requests.length === 1);
  for (let n = 2; n <= 5; n += 1) await send(inbox, `{"n":${n}}`);
  await eventually('all are there', () => reader.requests.length === 5);
  expect(reader.numbers).toEqual(counting(5));
  expect(reader.requests.map(({ bodyText }) => bodyText)[4]).toBe('{"n":5}');
  expect(reader.opened).toBe(1);
  await remove(inbox);
  await eventually('the end is told', () => reader.isGone);
  await reader.stop();
});

test('a stream ends in order after 200 requests and when its node leaves; its reader goes on without a gap', async () => {
  const inbox = await makeInbox('listen');
  const reader = read(inbox);
  await eventually('it reads', () => reader.opened === 1);
  for (let n = 0; n < 410; n += 1) expect((await send(inbox)).status).toBe(200);
  await eventually('all are there', () => reader.requests.length === 410);
  expect(reader.numbers).toEqual(counting(410));
  expect(reader.endedInOrder).toBe(2);
  node.setStopping(true);
  await eventually('the stream ends', () => reader.endedInOrder >= 3);
  node.setStopping(false);
  await send(inbox);
  await eventually('it goes on', () => reader.requests.length === 411);
  expect(reader.numbers).toEqual(counting(411));
  await reader.stop();
  await remove(inbox);
});

test('what the reader of a listen inbox says it has is dropped, and makes room', async () => {
  const inbox = await makeInbox('listen');
  const id = parseId('inb', inbox.id);
  const kept = async () =>
    (
      await api.database.general.query<{ numbers: number[] | null }>(
        `select array_agg(number::int order by number) as numbers from sydx.inbox_requests
        where inbox_id = $1`,
        [id],
      )
    ).rows[0]?.numbers;
  for (let n = 0; n < 5; n += 1) await send(inbox);
  const reader = read(inbox);
  await eventually('all are there', () => reader.requests.length === 5);
  expect(await kept()).toEqual(counting(5));
  await api.database.general.query(
    `update sydx.inboxes set expires_at = clock_timestamp() + interval '5 seconds' where id = $1`,
    [id],
  );
  const before = await api.call('GET', `/v1/inboxes/${inbox.id}`, { key });
  node.setStopping(true);
  await eventually('the stream ends', () => reader.endedInOrder === 1);
  node.setStopping(false);
  await eventually('what was read is dropped', async () => (await kept()) === null);
  const after = await api.call('GET', `/v1/inboxes/${inbox.id}`, { key });
  expect(Date.parse(after.body.expiresAt)).toBeGreaterThan(Date.parse(before.body.expiresAt));
  expect(after.body).toMatchObject({ requestCount: 0, lastNumber: 5 });
  const { rows } = await api.database.general.query(
    `select read_number::int as number, (last_total_bytes - read_total_bytes)::int as bytes
    from sydx.inboxes where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ number: 5, bytes: 0 }]);
  await reader.stop();
  // A number that never was makes nothing silent, and drops nothing that nobody read.
  await send(inbox);
  const response = await fetch(`${origin}/v1/inboxes/${inbox.id}/requests/stream?after=900`, {
    headers: { authorization: `Bearer ${key}` },
  });
  await send(inbox);
  const reading = response.body!.getReader();
  let text = '';
  while (!text.includes('event: request')) {
    text += Buffer.from((await reading.read()).value ?? []).toString();
  }
  expect(text).toContain('id: 7\n');
  await reading.cancel();
  await remove(inbox);
});

test('a tenant may have twenty streams open, and who hangs up makes room', async () => {
  const inbox = await makeInbox('try');
  const readers = Array.from({ length: 20 }, () => read(inbox));
  await eventually('they read', () => readers.every(({ opened }) => opened === 1));
  const path = `/v1/inboxes/${inbox.id}/requests/stream`;
  const refused = await node.call('GET', path, { key });
  expect(`${refused.status} ${refused.body.code}`).toBe('429 rate_limited');
  await Promise.all(readers.map((reader) => reader.stop()));
  const next = read(inbox);
  await eventually('there is room', () => next.opened === 1);
  await next.stop();
  await remove(inbox);
});

test('a stream that is silent sends a heartbeat', async () => {
  const inbox = await makeInbox('try');
  const reader = read(inbox);
  await eventually('a heartbeat comes', () => reader.heartbeats > 0, 60_000);
  expect(reader.opened).toBe(1);
  await reader.stop();
  await remove(inbox);
});

test('what arrives at a listen inbox is told to come again once 1,000 wait for the reader', async () => {
  const inbox = await makeInbox('listen');
  await send(inbox);
  const full = 'update sydx.inboxes set last_number = 1000 where id = $1';
  await api.database.general.query(full, [parseId('inb', inbox.id)]);
  const refused = await send(inbox);
  expect(`${refused.status} ${refused.body.code}`).toBe('503 overloaded');
  expect(refused.headers['retry-after']).toBe('1');
  const { body } = await api.call('GET', `/v1/inboxes/${inbox.id}`, { key });
  expect(body.lastNumber).toBe(1000);
  await remove(inbox);
});
