import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimQueue } from '../../src/store/claim-queue.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { listDeliveries } from '../../src/store/deliveries.ts';
import { deliveriesOfEvents } from '../../src/store/deliveries-of-events.ts';
import { idRange } from '../../src/store/id-range.ts';
import { registerNode } from '../../src/store/nodes.ts';
import { publishEvents } from '../../src/store/publish-events.ts';
import { recordOutcomes } from '../../src/store/record-outcomes.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, insertTenant, insertWebhook } from '../kit/delivery-log.ts';
import { makeEvent } from '../kit/engine.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => {});
  await createPartitionsSince(database.general, Date.now());
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** Reads every page, and does something between each and the next. */
async function readAll(
  filter: { tenantNo: number; status?: 'pending' | 'success' },
  between: () => Promise<unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let before: string | undefined; ; before = ids.at(-1)) {
    const range = idRange(undefined, undefined, before);
    const rows = await listDeliveries(database.general, { ...filter, range, limit: 10 });
    if (rows.length === 0) return ids;
    ids.push(...rows.map((row) => row.id));
    await between();
  }
}

test('pages hold every delivery once while they move from the queue over a lease to the log', async () => {
  const { general } = database;
  const tenantNo = await insertTenant(general, 'moving');
  const webhookId = await insertWebhook(general, tenantNo, { events: ['message.received'] });
  const events = Array.from({ length: 100 }, (_, n) => makeEvent(tenantNo, 'moving', n));
  await publishEvents(general, events, null);
  const { rows: before } = await general.query<{ id: string }>(
    'select id from sydx.queue where webhook_id = $1 order by id desc',
    [webhookId],
  );
  const node = await registerNode(general, 'all', 'here', 60);
  let number = 0;
  let leased: { id: string; event_id: string }[] = [];

  const ids = await readAll({ tenantNo }, async () => {
    // What was leased ends, more is leased, and more arrives.
    await recordOutcomes(
      general,
      node.id,
      leased.map((claimed) => ({
        deliveryId: claimed.id,
        tenantNo,
        eventId: claimed.event_id,
        webhookId,
        type: 'message.received',
        attempt: 1,
        lost: 0,
        record: null,
        fate: { status: 'success' },
      })),
      // The group stays open: its row still lists what is closed.
      [],
    );
    number += 1;
    const lessee = { nodeId: node.id, number: String(number) };
    ({ claimed: leased } = await claimQueue(general, lessee, '0', [], 15, 15));
    await publishEvents(general, [makeEvent(tenantNo, 'moving', 'late')], null);
  });

  expect(ids).toEqual(before.map(({ id }) => id));
  const { rows } = await general.query('select from sydx.deliveries where tenant_no = $1', [
    tenantNo,
  ]);
  expect(rows.length).toBeGreaterThan(50);
});

test('a delivery under way is pending, without a time of the next attempt, and known to its event', async () => {
  const { general } = database;
  const tenantNo = await insertTenant(general, 'leased');
  await insertWebhook(general, tenantNo, { name: 'Zapier', events: ['message.received'] });
  const node = await registerNode(general, 'all', 'here', 60);
  const lessee = { nodeId: node.id, number: '1', saturated: [] };
  const published = await publishEvents(general, [makeEvent(tenantNo, 'leased', 1)], lessee);

  const range = idRange(undefined, undefined);
  const [row] = await listDeliveries(general, { tenantNo, range, status: 'pending', limit: 5 });
  expect(row).toMatchObject({
    id: published.deliveryIds[0],
    webhook_name: 'Zapier',
    type: 'message.received',
    status: 'pending',
    attempt_count: 0,
    due: null,
    finished_at: null,
  });
  const led = await deliveriesOfEvents(general, tenantNo, published.eventIds);
  expect(led).toMatchObject([{ id: published.deliveryIds[0], status: 'pending' }]);
});

test('a waiting retry shows how its last attempt ended and when the next is due', async () => {
  const { general } = database;
  const tenantNo = await insertTenant(general, 'waiting');
  const webhookId = await insertWebhook(general, tenantNo, { events: ['message.received'] });
  const node = await registerNode(general, 'all', 'here', 60);
  const lessee = { nodeId: node.id, number: '1', saturated: [] };
  const published = await publishEvents(general, [makeEvent(tenantNo, 'waiting', 1)], lessee);
  await recordOutcomes(
    general,
    node.id,
    [
      {
        deliveryId: published.deliveryIds[0] ?? '',
        tenantNo,
        eventId: published.eventIds[0] ?? '',
        webhookId,
        type: 'message.received',
        attempt: 1,
        lost: 0,
        record: {
          startedAtMs: Date.now(),
          durationMs: 12,
          statusCode: 503,
          error: 'status_5xx',
          signatures: '0123456789abcdef',
          responseHeaders: '[]',
          responseBody: null,
        },
        fate: { retryInMs: 5_000 },
      },
    ],
    ['1'],
  );

  const range = idRange(undefined, undefined);
  const [row] = await listDeliveries(general, { tenantNo, range, limit: 5 });
  expect(row).toMatchObject({
    status: 'pending',
    attempt_count: 1,
    status_code: 503,
    error: 'status_5xx',
    duration_ms: 12,
  });
  expect(row?.due?.getTime()).toBeGreaterThan(Date.now() + 3_000);
});
