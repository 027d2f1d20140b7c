import { verify } from '@sydx/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let node: TestEngine;

beforeAll(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url);
});

afterAll(async () => {
  await node.stop();
  await database.drop();
});

test('an event of a tenant reaches its webhook signed, and the log says so', async () => {
  const receiver = await startReceiver();
  const tenantNo = await makeTenant(node.database, 'acme');
  const url = `${receiver.origin}/hook`;
  const webhook = await makeWebhook(node, { tenantNo, url, events: ['message.received'] });
  const event = makeEvent(tenantNo, 'acme', 1);

  const [eventId] = await node.engine.publish([event]);
  await eventually('the delivery arrives', () => receiver.requests.length === 1);

  const [request] = receiver.requests;
  expect(request?.body.toString()).toBe(event.body);
  expect(verify(request?.body ?? '', request?.headers ?? {}, webhook.secret).event).toBe(
    'message.received',
  );
  await eventually('it is logged', async () => {
    const { rows } = await node.database.general.query(
      'select status, attempt_count, status_code from sydx.deliveries where event_id = $1',
      [eventId],
    );
    return rows.length === 1 && rows[0].status === 1 && rows[0].status_code === 200;
  });
  const { rows } = await node.database.general.query('select from sydx.inflight');
  expect(rows).toHaveLength(0);
  await receiver.close();
});
