import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { createLog } from '../../src/base/log.ts';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';

interface Line {
  level: number;
  msg: string;
  [field: string]: unknown;
}

const DEBUG = 20;
const INFO = 30;
const WARN = 40;
const EVENTS = ['message.received'];
/** As in https://hooks.example.com/services/…: who knows the path may post there. */
const SECRET_PATH = '/services/T0000/path-that-is-a-password';

let text = '';
let database: TestDatabase;
let node: TestEngine;
let receiver: MoodyReceiver;
let tenantNo: number;

beforeAll(async () => {
  database = await createDatabase();
  const log = createLog('debug', {
    write: (line) => {
      text += line;
    },
  });
  node = await startTestEngine(database.url, { log, retryScheduleSeconds: [0.01, 0.02] });
  receiver = await startMoodyReceiver(({ path }) => (path.startsWith('/services') ? 503 : 200));
  tenantNo = await makeTenant(node.database, 'acme');
});

afterAll(async () => {
  await receiver.close();
  await node.stop();
  await database.drop();
});

const lines = (): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('each failed attempt and the final failure have a line with the ids of event, delivery and webhook, and a success has none', async () => {
  const url = `${receiver.origin}${SECRET_PATH}`;
  const failing = await makeWebhook(node, { tenantNo, url, events: EVENTS });
  const well = await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  const [eventId = ''] = await node.engine.publish([makeEvent(tenantNo, 'acme', 'secret words')]);
  await eventually('it failed for good', () => text.includes('A delivery failed.'));
  await eventually('the other succeeded', () => receiver.seen.some(({ path }) => path === '/'));

  const about = lines().filter(({ event }) => event === formatId('evt', eventId));
  const ids = {
    event: formatId('evt', eventId),
    delivery: receiver.seen.find(({ path }) => path === SECRET_PATH)?.deliveryId,
    webhook: formatId('whk', failing.id),
    type: 'message.received',
    error: 'status_5xx',
    statusCode: 503,
    durationMs: expect.any(Number),
    time: expect.any(Number),
  };
  const retried = { level: DEBUG, msg: 'An attempt failed; it is retried.' };
  expect(about).toEqual([
    { ...ids, ...retried, attempt: 1, retryInMs: expect.any(Number) },
    { ...ids, ...retried, attempt: 2, retryInMs: expect.any(Number) },
    { ...ids, level: INFO, msg: 'A delivery failed.', attempt: 3 },
  ]);

  await node.engine.publish([1, 2].map((n) => makeEvent(tenantNo, 'acme', n)));
  const keepsFailing = () => lines().find(({ msg }) => msg === 'A webhook keeps failing.');
  await eventually(
    'the webhook is called failing',
    () => keepsFailing() !== undefined,
    3 * BOUNDS.watchMs,
  );
  expect(keepsFailing()).toMatchObject({
    level: WARN,
    webhook: formatId('whk', failing.id),
    delivery: expect.stringMatching(/^dlv_/),
    target: `${receiver.origin}/…word`,
    failed: 3,
    error: 'status_5xx',
  });
  // Neither is a secret in any line, nor a URL, nor what an event says.
  for (const secret of [SECRET_PATH, failing.secret, well.secret, 'secret words', '919876543210']) {
    expect(text).not.toContain(secret);
  }
}, 60_000);

test('a takeover is told, and deliveries that it ended are told with their ids', async () => {
  const { general } = node.database;
  const { id: webhookId } = await makeWebhook(node, {
    tenantNo,
    url: receiver.origin,
    events: ['lead.captured'],
  });
  const { rows } = await general.query<{ event: string; delivery: string; node: string }>(
    `with dead as (
       insert into sydx.nodes (role, host, until) values ('all', 'gone', now() - interval '1 second')
       returning id
     ), made as (
       select sydx.new_id() as event, sydx.new_id() as delivery from dead
     ), stored as (
       insert into sydx.events (id, tenant_no, type, body)
       select event, $1, 'lead.captured', '{}' from made returning id
     ), leased as (
       insert into sydx.inflight
         (node_id, number, delivery_ids, event_ids, webhook_ids, tenant_nos, attempts, lost)
       select dead.id, 1, array[delivery], array[event], array[$2::bigint], array[$1::int],
         array[2::smallint], array[4::smallint]
       from made cross join dead
     )
     select event::text, delivery::text, dead.id::text as node from made cross join dead`,
    [tenantNo, webhookId],
  );
  const { event = '', delivery = '', node: dead } = rows[0] ?? {};
  await eventually('it was taken over', () => text.includes('A node stopped answering'));
  const about = lines().filter((line) => line['delivery'] === formatId('dlv', delivery));
  expect(about).toEqual([
    {
      level: INFO,
      time: expect.any(Number),
      msg: 'A delivery failed.',
      delivery: formatId('dlv', delivery),
      event: formatId('evt', event),
      webhook: formatId('whk', webhookId),
      attempt: 2,
      error: 'worker_lost',
    },
  ]);
  expect(lines().find(({ msg }) => msg.startsWith('A node stopped answering'))).toMatchObject({
    level: WARN,
    node: dead,
    deliveries: 1,
  });
  const figures = await node.metrics.registry.metrics();
  expect(figures).toMatch(/^sydx_lease_takeovers_total 1$/m);
  expect(figures).toMatch(/^sydx_taken_over_deliveries_total 1$/m);
  expect(figures).toMatch(/^sydx_deliveries_finished_total\{status="failed"\} 4$/m);
});

test('a node says when it takes part and when it has left', async () => {
  let said = '';
  const log = createLog('info', {
    write: (line) => {
      said += line;
    },
  });
  const other = await startTestEngine(database.url, { log, role: 'worker' });
  await other.stop();
  const own = said
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  const [first, last] = [own.at(0), own.at(-1)];
  expect(first).toMatchObject({
    level: INFO,
    msg: 'This node takes part.',
    role: 'worker',
    node: expect.stringMatching(/^[0-9]+$/),
  });
  expect(last).toMatchObject({
    level: INFO,
    msg: 'This node has left.',
    node: first?.['node'],
  });
});
