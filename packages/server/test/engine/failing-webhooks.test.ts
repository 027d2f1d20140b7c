import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { createMetrics } from '../../src/base/metrics.ts';
import { watchWebhooks } from '../../src/engine/webhook-watch.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { changeWebhook, deleteWebhook } from '../../src/store/change-webhook.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { createPartitionsSince, fillLog } from '../kit/delivery-log.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { startFaultyLink } from '../kit/faulty-link.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';

const TOLD = ['webhook.failing', 'webhook.recovered'];
const EVENTS = ['message.received'];
const log = pino({ level: 'silent' });
let database: TestDatabase;
let node: TestEngine;
let receiver: MoodyReceiver;
let tenant: { no: number; id: string };
let tenants = 0;
/** What the receiver answers at a path; 200 elsewhere. */
const answers = new Map<string, number>();

beforeAll(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, { retryScheduleSeconds: [0.01] });
  receiver = await startMoodyReceiver(({ path }) => answers.get(path) ?? 200);
});

beforeEach(async () => {
  tenants += 1;
  const id = `tenant-${tenants}`;
  tenant = { id, no: await makeTenant(node.database, id) };
});

afterAll(async () => {
  await receiver.close();
  await node.stop();
  await database.drop();
});

/** A webhook of the present tenant at a path of its own. */
async function webhookAt(name: string, events: string[] = EVENTS) {
  const path = `/${tenant.id}/${name}`;
  const { id } = await makeWebhook(node, {
    tenantNo: tenant.no,
    url: `${receiver.origin}${path}`,
    events,
  });
  return { id, path, publicId: formatId('whk', id) };
}

/** Looks now, as every node does every ten seconds; that one may be at it already. */
const look = (through: Pick<Database, 'general'> = node.database) =>
  watchWebhooks({ database: through, log, metrics: createMetrics() }, 0);

async function isFailing({ id }: { id: string }): Promise<boolean> {
  const { rowCount } = await node.database.general.query(
    'select from sydx.failing_webhooks where webhook_id = $1',
    [id],
  );
  return rowCount === 1;
}

async function becomes(webhook: { id: string }, state: 'failing' | 'well'): Promise<void> {
  await eventually(`the webhook is ${state}`, async () => {
    await look();
    return (await isFailing(webhook)) === (state === 'failing');
  });
}

/** Publishes events of the present tenant and waits until all their deliveries ended. */
async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await node.engine.publish([makeEvent(tenant.no, tenant.id, n)]);
  }
  await allEnded();
}

async function allEnded(): Promise<void> {
  await eventually('all deliveries ended', async () => {
    const { rowCount } = await node.database.general.query(
      'select from sydx.pending_deliveries where tenant_no = $1',
      [tenant.no],
    );
    return rowCount === 0;
  });
}

interface Told {
  event: string;
  data: { failingSince: string; failedCount?: number };
}

/** What arrived at a path about webhooks. */
function toldAt(path: string): Told[] {
  return receiver.seen
    .filter((seen) => seen.path === path)
    .map((seen): Told => JSON.parse(seen.body.toString('utf8')))
    .filter(({ event }) => TOLD.includes(event));
}

describe('a webhook that keeps failing', () => {
  test('is told of once when it begins and once when it is over, and an operational event never goes to the webhook that it is about', async () => {
    const shop = await webhookAt('shop', [...EVENTS, ...TOLD]);
    const pager = await webhookAt('pager', TOLD);
    answers.set(shop.path, 500);
    await publish(2);
    await look();
    expect(await isFailing(shop)).toBe(false);
    await publish(2);
    await becomes(shop, 'failing');
    await publish(2);
    await look();
    await eventually('the other webhook heard', () => toldAt(pager.path).length > 0);
    answers.delete(shop.path);
    await publish(1);
    await becomes(shop, 'well');
    await look();
    await allEnded();

    const [failing, recovered, ...more] = toldAt(pager.path);
    expect(more).toEqual([]);
    expect(failing).toEqual({
      event: 'webhook.failing',
      timestamp: expect.any(String),
      tenantId: tenant.id,
      data: {
        webhook: {
          id: shop.publicId,
          name: 'test',
          url: `${receiver.origin}/…`,
        },
        failingSince: expect.any(String),
        failedCount: expect.any(Number),
        lastError: {
          code: 'status_5xx',
          sentence: 'Server error. Check your server logs.',
        },
        lastDeliveryId: expect.stringMatching(/^dlv_/),
      },
    });
    expect(failing?.data.failedCount).toBeGreaterThanOrEqual(3);
    expect(recovered).toMatchObject({
      event: 'webhook.recovered',
      data: {
        webhook: { id: shop.publicId },
        failingSince: failing?.data.failingSince,
        lastDeliveryId: expect.stringMatching(/^dlv_/),
      },
    });
    expect(toldAt(shop.path)).toEqual([]);
    const { rows } = await node.database.general.query<{ body: string }>(
      "select body from sydx.events where tenant_no = $1 and type like 'webhook.%'",
      [tenant.no],
    );
    expect(rows).toHaveLength(2);
  });

  test('is not told of when nobody else subscribes: no event is kept', async () => {
    const shop = await webhookAt('shop', [...EVENTS, ...TOLD]);
    answers.set(shop.path, 500);
    await publish(3);
    await becomes(shop, 'failing');
    const { rowCount } = await node.database.general.query(
      "select from sydx.events where tenant_no = $1 and type like 'webhook.%'",
      [tenant.no],
    );
    expect(rowCount).toBe(0);
  });

  test('is told to webhooks whose filter lets it pass, and to no other', async () => {
    const shop = await webhookAt('shop');
    const other = await webhookAt('other', TOLD);
    const pager = await webhookAt('pager', TOLD);
    const about = (id: string) => ({ filter: { field: 'webhook.id', equals: id } });
    for (const [webhook, change] of [
      [other, about(other.publicId)],
      [pager, about(shop.publicId)],
    ] as const) {
      await changeWebhook(node.database.general, tenant.no, webhook.id, change, SYSTEM);
    }
    answers.set(shop.path, 500);
    await publish(3);
    await becomes(shop, 'failing');
    await allEnded();
    expect(toldAt(pager.path).map(({ event }) => event)).toEqual(['webhook.failing']);
    expect(toldAt(other.path)).toEqual([]);
  });

  test('is told of once, however many nodes look at once and whatever breaks as they commit', async () => {
    const shop = await webhookAt('shop');
    const pager = await webhookAt('pager', TOLD);
    answers.set(shop.path, 500);
    await publish(4);
    const link = await startFaultyLink(database.url);
    const doors = [openDatabase(link.url, () => undefined)];
    for (let n = 0; n < 3; n += 1) doors.push(openDatabase(database.url, () => undefined));
    const [broken, ...sound] = doors;
    // Committed, and the node does not hear of it.
    const swallowed = link.swallowAnswer('commit');
    const first = await Promise.allSettled([broken === undefined ? undefined : look(broken)]);
    await swallowed;
    expect(first[0]?.status).toBe('rejected');
    await Promise.all([...sound, ...sound].map((door) => look(door)));
    expect(await isFailing(shop)).toBe(true);
    await Promise.all([...sound, ...sound].map((door) => look(door)));
    await allEnded();

    expect(toldAt(pager.path).map(({ event }) => event)).toEqual(['webhook.failing']);
    await Promise.all(doors.map((door) => door.close()));
    await link.close();
  });

  test('is found after a time in which no node ran', async () => {
    const shop = await webhookAt('shop');
    const hourAgo = Date.now() - 3_600_000;
    await createPartitionsSince(node.database.general, hourAgo);
    const filling = { tenantNo: tenant.no, webhookId: shop.id, type: 'message.received' };
    await node.database.general.query(
      "update sydx.webhooks set updated_at = now() - interval '1 day' where id = $1",
      [shop.id],
    );
    await fillLog(node.database.general, {
      ...filling,
      count: 3,
      status: 2,
      fromMs: hourAgo,
      toMs: hourAgo + 60_000,
    });
    await node.database.general.query(
      "update sydx.failing_watch set looked_at = now() - interval '2 hours'",
    );
    await becomes(shop, 'failing');
  });

  test('webhooks that watch each other come to rest', async () => {
    const both = [
      await webhookAt('one', [...EVENTS, ...TOLD]),
      await webhookAt('other', [...EVENTS, ...TOLD]),
    ];
    for (const { path } of both) answers.set(path, 500);
    await publish(3);
    for (const webhook of both) await becomes(webhook, 'failing');
    await allEnded();
    for (let n = 0; n < 5; n += 1) {
      await look();
      await allEnded();
    }
    const { rows } = await node.database.general.query<{ count: number }>(
      "select count(*)::int as count from sydx.events where tenant_no = $1 and type like 'webhook.%'",
      [tenant.no],
    );
    expect(rows[0]?.count).toBe(2);
  });
});

describe('a webhook does not count as failing', () => {
  test('by Tests, however many fail', async () => {
    const shop = await webhookAt('shop');
    answers.set(shop.path, 500);
    for (let n = 0; n < 4; n += 1) {
      await node.engine.test({ id: shop.id, tenantNo: tenant.no, tenantId: tenant.id });
    }
    await look();
    expect(await isFailing(shop)).toBe(false);
  });

  test('by failures with a success between them', async () => {
    const shop = await webhookAt('shop');
    for (const status of [500, 500, 200, 500, 500]) {
      answers.set(shop.path, status);
      await publish(1);
    }
    await look();
    expect(await isFailing(shop)).toBe(false);
  });

  test('once it is disabled: nobody is told, and when it is enabled again it begins anew', async () => {
    const shop = await webhookAt('shop');
    const pager = await webhookAt('pager', TOLD);
    answers.set(shop.path, 500);
    await publish(3);
    await becomes(shop, 'failing');
    const change = async (enabled: boolean) => {
      const { general } = node.database;
      const changed = await changeWebhook(general, tenant.no, shop.id, { enabled }, SYSTEM);
      await node.engine.settingsChanged(changed?.version ?? '0');
      return changed?.webhook.failing_since;
    };
    expect(await change(false)).toBe(null);
    expect(await isFailing(shop)).toBe(false);
    await look();
    await change(true);
    await look();
    expect(await isFailing(shop)).toBe(false);
    await publish(2);
    await look();
    expect(await isFailing(shop)).toBe(false);
    await publish(1);
    await becomes(shop, 'failing');
    await allEnded();
    expect(toldAt(pager.path).map(({ event }) => event)).toEqual([
      'webhook.failing',
      'webhook.failing',
    ]);
  });

  test('once it is deleted', async () => {
    const shop = await webhookAt('shop');
    answers.set(shop.path, 500);
    await publish(3);
    await becomes(shop, 'failing');
    await deleteWebhook(node.database.general, tenant.no, shop.id, SYSTEM);
    await look();
    expect(await isFailing(shop)).toBe(false);
  });
});

test('looking reads only what failed lately, whatever else is in the log', async () => {
  const shop = await webhookAt('shop');
  const { general } = node.database;
  const dayAgo = Date.now() - 86_400_000;
  await createPartitionsSince(general, dayAgo);
  const filling = { tenantNo: tenant.no, webhookId: shop.id, type: 'message.received' };
  const spread = { fromMs: Date.now() - 3_600_000, toMs: Date.now() };
  await fillLog(general, { ...filling, ...spread, count: 20_000, status: 1 });
  await fillLog(general, { ...filling, ...spread, count: 5_000, status: 2 });
  await general.query('analyze sydx.deliveries');
  const { rows } = await general.query<{ 'QUERY PLAN': string }>(
    `explain select webhook_id from sydx.deliveries
     where status = 2 and finished_at > now() - interval '2 minutes' and type <> 'test.ping'`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/finished_at_webhook_id_idx/);
});
