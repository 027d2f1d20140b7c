import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { changeWebhook } from '../../src/store/change-webhook.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type MoodyReceiver, type Mood, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { killNodeProcesses, type NodeProcess, startNodeProcess } from '../kit/node-process.ts';
import { countPending, endLease, nodeIds, wholeLog } from '../kit/places.ts';

const EVENTS = ['message.received'];
const PATIENCE_MS = 60_000;

let database: TestDatabase;
let node: TestEngine;
let tenantNo: number;
let receivers: MoodyReceiver[];

beforeEach(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, { retryScheduleSeconds: [0.2, 0.2, 0.2] });
  tenantNo = await makeTenant(node.database, 'acme');
  receivers = [];
});

afterEach(async () => {
  await node.stop();
  for (const receiver of receivers) await receiver.close();
  await database.drop();
});

afterAll(killNodeProcesses);

async function receiverOf(mood: Mood): Promise<MoodyReceiver> {
  const receiver = await startMoodyReceiver(mood);
  receivers.push(receiver);
  return receiver;
}

const events = (count: number) =>
  Array.from({ length: count }, (_, n) => makeEvent(tenantNo, 'acme', n));

async function settled(): Promise<void> {
  await eventually(
    'all is over',
    async () => (await countPending(node.database)) === 0,
    PATIENCE_MS,
  );
}

/** What is left of a webhook, and what the audit log says of its end. */
async function endOf({ general }: Database, id: string) {
  const { rows } = await general.query<{ deleted: boolean; sealed: Buffer | null }>(
    'select deleted_at is not null as deleted, secret_sealed as sealed from sydx.webhooks where id = $1',
    [id],
  );
  const { rows: subscriptions } = await general.query(
    'select from sydx.subscriptions where webhook_id = $1',
    [id],
  );
  const { rows: deeds } = await general.query<{ actor_kind: string; actor_id: string }>(
    `select actor_kind, actor_id from sydx.audit_log where action = 'webhook.deleted'`,
  );
  return { ...rows[0], subscriptions: subscriptions.length, deeds };
}

describe('410 Gone from the webhook of an integration', () => {
  test('deletes it: no secret, no retry, the attempt logged, the receiver as who did it', async () => {
    const receiver = await receiverOf(() => 410);
    const url = `${receiver.origin}/hook`;
    const webhook = { tenantNo, url, events: EVENTS, integration: 'zapier' as const };
    const { id } = await makeWebhook(node, webhook);
    await node.engine.publish(events(1));
    await settled();

    const log = await wholeLog(node.database);
    expect(log).toMatchObject([
      { status: 3, attempt_count: 1, status_code: 410, error: 'status_410' },
    ]);
    expect(await endOf(node.database, id)).toEqual({
      deleted: true,
      sealed: null,
      subscriptions: 0,
      deeds: [{ actor_kind: 'receiver', actor_id: receiver.seen[0]?.deliveryId }],
    });
    await node.engine.publish(events(1));
    await settled();
    expect(receiver.seen).toHaveLength(1);
  });

  test('a Test that is answered so deletes it as well', async () => {
    const receiver = await receiverOf(() => 410);
    const webhook = { tenantNo, url: receiver.origin, events: EVENTS, integration: 'n8n' as const };
    const { id } = await makeWebhook(node, webhook);
    await node.engine.test({ id, tenantNo, tenantId: 'acme' });
    expect(await wholeLog(node.database)).toMatchObject([{ status: 2, error: 'status_410' }]);
    expect(await endOf(node.database, id)).toMatchObject({ deleted: true });
  });

  test('many such answers at once, on two nodes, delete it once, and cancel what waits', async () => {
    const other = await startTestEngine(database.url, { retryScheduleSeconds: [0.2, 0.2, 0.2] });
    let answer: (status: number) => void = () => undefined;
    const held = new Promise<number>((resolve) => {
      answer = resolve;
    });
    const receiver = await receiverOf(() => held);
    const webhook = {
      tenantNo,
      url: receiver.origin,
      events: EVENTS,
      integration: 'make' as const,
    };
    const { id } = await makeWebhook(node, webhook);
    await Promise.all([node.engine.publish(events(100)), other.engine.publish(events(100))]);
    await eventually('requests of both are open', () => receiver.open() >= 12, PATIENCE_MS);
    answer(410);
    await settled();

    const { deeds, ...end } = await endOf(node.database, id);
    expect(end).toEqual({ deleted: true, sealed: null, subscriptions: 0 });
    expect(deeds).toHaveLength(1);
    const log = await wholeLog(node.database);
    expect(log).toHaveLength(200);
    expect(new Set(log.map(({ status }) => status))).toEqual(new Set([3]));
    const answered = log.filter(({ error }) => error === 'status_410');
    expect(answered).toHaveLength(receiver.seen.length);
    expect(new Set(log.map(({ error }) => error))).toEqual(
      new Set(['status_410', 'webhook_deleted']),
    );
    await other.stop();
  });

  test('leaves alone a webhook that was given another URL meanwhile', async () => {
    let answer: (status: number) => void = () => undefined;
    const held = new Promise<number>((resolve) => {
      answer = resolve;
    });
    const old = await receiverOf(() => held);
    const present = await receiverOf(() => 200);
    const webhook = { tenantNo, url: old.origin, events: EVENTS, integration: 'n8n' as const };
    const { id } = await makeWebhook(node, webhook);
    await node.engine.publish(events(1));
    await eventually('the POST is under way', () => old.seen.length === 1, PATIENCE_MS);
    const { general } = node.database;
    const changed = await changeWebhook(general, tenantNo, id, { url: present.origin }, SYSTEM);
    await node.engine.settingsChanged(changed?.version ?? '');
    answer(410);
    await settled();
    expect(present.seen).toHaveLength(1);
    expect(await endOf(node.database, id)).toMatchObject({ deleted: false, deeds: [] });
  });

  test('a deletion that PostgreSQL refuses leaves a failed attempt, and the next 410 deletes', async () => {
    const receiver = await receiverOf(() => 410);
    const webhook = { tenantNo, url: receiver.origin, events: EVENTS, integration: 'n8n' as const };
    const { id } = await makeWebhook(node, webhook);
    // A sequence is not rolled back: only the first deletion is refused.
    await node.database.general.query(
      `create sequence public.deletions;
      create function public.refuse_first() returns trigger language plpgsql as $$ begin
        if nextval('public.deletions') = 1 then raise 'Not now.'; end if;
        return new;
      end $$;
      create trigger refuse_first before update of deleted_at on sydx.webhooks
        for each row execute function public.refuse_first()`,
    );
    await node.engine.publish(events(1));
    await settled();
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await wholeLog(node.database)).toMatchObject([
      { status: 3, attempt_count: 2, error: 'status_410' },
    ]);
    expect(await endOf(node.database, id)).toMatchObject({
      deleted: true,
      deeds: [{ actor_kind: 'receiver' }],
    });
  });

  test('a node that is killed before the deletion leaves it to the next 410', async () => {
    const receiver = await receiverOf(() => 410);
    const webhook = { tenantNo, url: receiver.origin, events: EVENTS, integration: 'n8n' as const };
    const { id } = await makeWebhook(node, webhook);
    const [own = ''] = await nodeIds(node.database);
    const child: NodeProcess = await startNodeProcess({ url: database.url });
    const held = await node.database.general.connect();
    await held.query('begin');
    await held.query('select from sydx.webhooks where id = $1 for update', [id]);
    child.order({ kind: 'publish', events: events(1) });
    await eventually(
      'the deletion waits for the lock',
      () => isWaiting(node.database),
      PATIENCE_MS,
    );
    child.signal('SIGKILL');
    await child.ended();
    await held.query('rollback');
    held.release();
    expect(await endOf(node.database, id)).toMatchObject({ deleted: false, deeds: [] });

    for (const dead of await nodeIds(node.database)) {
      if (dead !== own) await endLease(node.database, dead);
    }
    await settled();
    const [delivery] = await wholeLog(node.database);
    expect(delivery).toMatchObject({ status: 3, attempt_count: 1, error: 'status_410' });
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(await endOf(node.database, id)).toMatchObject({
      deleted: true,
      deeds: [{ actor_kind: 'receiver' }],
    });
  }, 120_000);
});

test('410 Gone from a webhook of people is a failed attempt like the rest', async () => {
  const receiver = await receiverOf(() => 410);
  const { id } = await makeWebhook(node, { tenantNo, url: receiver.origin, events: EVENTS });
  await node.engine.publish(events(1));
  await settled();
  expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  expect(await wholeLog(node.database)).toMatchObject([{ status: 2, error: 'status_410' }]);
  expect(await endOf(node.database, id)).toMatchObject({ deleted: false, deeds: [] });
});

test('other failures of an integration are retried and delete nothing', async () => {
  const receiver = await receiverOf((_attempt, nth) => (nth === 1 ? 404 : 200));
  const webhook = { tenantNo, url: receiver.origin, events: EVENTS, integration: 'n8n' as const };
  const { id } = await makeWebhook(node, webhook);
  await node.engine.publish(events(1));
  await settled();
  expect(receiver.seen).toHaveLength(2);
  expect(await endOf(node.database, id)).toMatchObject({ deleted: false, deeds: [] });
});

/** Whether a node that was told so waits to lock the webhook's row. */
async function isWaiting({ general }: Database): Promise<boolean> {
  const { rows } = await general.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      and query like '%sydx.webhooks%'`,
  );
  return rows.length > 0;
}
