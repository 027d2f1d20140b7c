import { LIMITS, type WebhookFilter } from '@sydx/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FilterBook } from '../../src/engine/filter-book.ts';
import { deliveredBody } from '../../src/exact/index.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { changeWebhook } from '../../src/store/change-webhook.ts';
import type { Database } from '../../src/store/database.ts';
import { type NewEvent, publishEvents } from '../../src/store/publish-events.ts';
import {
  changedWebhooks,
  filteredWebhooks,
  filteredWebhooksOf,
} from '../../src/store/webhook-settings.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import { makeTenant, makeWebhook, startTestEngine, type TestEngine } from '../kit/engine.ts';
import { startMoodyReceiver, type MoodyReceiver } from '../kit/moody-receiver.ts';

const TYPE = 'lead.captured';
const A: WebhookFilter = { field: 'source', equals: 'a' };
const B: WebhookFilter = { any: [{ field: 'source', equals: 'b' }] };

let database: TestDatabase;
let admin: TestEngine;
let publisher: TestEngine;
let apiOnly: TestEngine;
let receiver: MoodyReceiver;
let tenant: { no: number; id: string };
let tenants = 0;

beforeAll(async () => {
  database = await createDatabase();
  receiver = await startMoodyReceiver();
  admin = await startTestEngine(database.url);
  publisher = await startTestEngine(database.url);
  apiOnly = await startTestEngine(database.url, { role: 'api' });
});

beforeEach(async () => {
  tenants += 1;
  const id = `tenant-${tenants}`;
  tenant = { id, no: await makeTenant(admin.database, id) };
});

afterAll(async () => {
  await Promise.all([admin, publisher, apiOnly].map((node) => node.stop()));
  await receiver.close();
  await database.drop();
});

async function makeFiltered(filter: WebhookFilter | null, events = [TYPE]): Promise<string> {
  const url = receiver.origin;
  const { id } = await makeWebhook(admin, { tenantNo: tenant.no, url, events });
  if (filter !== null) await admin.engine.settingsChanged(await setFilter(id, filter));
  return id;
}

/** Changes it in the database alone: no node has heard of it when this returns. */
async function setFilter(id: string, filter: WebhookFilter | null): Promise<string> {
  const changed = await changeWebhook(admin.database.general, tenant.no, id, { filter }, SYSTEM);
  if (changed === null) throw new Error('No such webhook.');
  return changed.version;
}

function lead(source: string): NewEvent {
  const timestamp = new Date().toISOString();
  const made = deliveredBody({ type: TYPE, timestamp, tenantId: tenant.id, data: { source } });
  if (!made.ok) throw new Error(made.code);
  return { tenantNo: tenant.no, type: TYPE, body: made.body };
}

/** Which of these events led to a delivery to a webhook, wherever that is by now. */
async function delivered(eventIds: readonly string[], webhookId: string): Promise<Set<string>> {
  const { rows } = await admin.database.general.query<{ event_id: string }>(
    `select event_id from sydx.pending_deliveries where webhook_id = $1 and event_id = any($2)
     union select event_id from sydx.deliveries where webhook_id = $1 and event_id = any($2)`,
    [webhookId, eventIds],
  );
  return new Set(rows.map(({ event_id: id }) => id));
}

/** Of leads of the sources a, b and so on, those that a filter lets pass. */
function passed(filter: WebhookFilter | null, [a = '', b = '', ...more]: readonly string[]) {
  if (filter === A) return [a];
  return filter === B ? [b] : [a, b, ...more];
}

describe('a node whose filters are behind', () => {
  test('drops nothing: what the filter of this moment lets pass is delivered, whichever refused it before', async () => {
    const id = await makeFiltered(A);
    const dice = throwDice();
    const passing: string[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      const to = [A, B, null][dice.between(0, 2)] ?? null;
      await setFilter(id, to);
      // At once, on nodes that go by an older filter most of the time.
      const node = dice.between(0, 1) === 0 ? publisher : apiOnly;
      const events = [lead('a'), lead('b')];
      passing.push(...passed(to, await node.engine.publish(events)));
    }
    const arrived = await delivered(passing, id);
    expect(
      passing.filter((event) => !arrived.has(event)),
      `SEED=${dice.seed}`,
    ).toEqual([]);
  });

  test('and a refusal by a filter that holds no more has no say in the statement', async () => {
    const id = await makeFiltered(A);
    const { rows } = await admin.database.general.query<{ filter_version: string }>(
      'select filter_version from sydx.webhooks where id = $1',
      [id],
    );
    const refusal = {
      eventIndexes: [0],
      webhookIds: [id],
      filterVersions: [rows[0]?.filter_version ?? ''],
    };
    const publish = () => publishEvents(admin.database.hot, [lead('b')], null, refusal);
    expect((await publish()).queuedCount).toBe(0);
    await setFilter(id, A);
    expect((await publish()).queuedCount).toBe(1);
    await setFilter(id, null);
    expect((await publish()).queuedCount).toBe(1);
  });
});

describe('once a change is answered', () => {
  test('every node goes by it, the one that only serves the API as well', async () => {
    const id = await makeFiltered(A);
    for (const filter of [B, A, null, B]) {
      await admin.engine.settingsChanged(await setFilter(id, filter));
      for (const node of [admin, publisher, apiOnly]) {
        const ids = await node.engine.publish([lead('a'), lead('b'), lead('c')]);
        const arrived = await delivered(ids, id);
        expect(arrived).toEqual(new Set(passed(filter, ids)));
      }
    }
  });

  test('a name or an event that changes leaves the filter in force', async () => {
    const id = await makeFiltered(A, ['contact.created']);
    const change = { name: 'renamed', events: ['lead.captured' as const] };
    const changed = await changeWebhook(admin.database.general, tenant.no, id, change, SYSTEM);
    await admin.engine.settingsChanged(changed?.version ?? '');
    const ids = await publisher.engine.publish([lead('a'), lead('b')]);
    expect(await delivered(ids, id)).toEqual(new Set([ids[0]]));
  });
});

test('a node that starts knows the filters that there are', async () => {
  const ids = [await makeFiltered(A), await makeFiltered(B), await makeFiltered(null)];
  const late = await startTestEngine(database.url, { role: 'api' });
  const published = await late.engine.publish([lead('a'), lead('b')]);
  const went = await Promise.all(ids.map((id) => delivered(published, id)));
  expect(went.map((events) => published.map((id) => events.has(id)))).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ]);
  await late.stop();
});

test('sources, which publish in a transaction of their own, are filtered alike', async () => {
  const id = await makeFiltered(B);
  const ids = await publisher.engine.publishWith(() =>
    Promise.resolve([lead('a'), { ...lead('b'), mark: '0'.repeat(32) }]),
  );
  expect(await delivered(ids, id)).toEqual(new Set([ids[1]]));
});

test('a filter that a newer version wrote is not understood here, and refuses nothing', async () => {
  const id = await makeFiltered(A);
  const log = pino({ level: 'silent' });
  const book = new FilterBook(performanceClock, log);
  const row = { id, tenant_no: tenant.no, events: [TYPE], enabled: true, deleted: false };
  const secret = { secret_key_id: null, secret_sealed: null };
  const settings = { url: '', ...secret, integration: null, version: '2' };
  const taken = { ...row, ...settings, filter: A as unknown, filter_version: '1' };
  book.take(taken);
  expect(await book.refusals([lead('b')])).toEqual({
    eventIndexes: [0],
    webhookIds: [id],
    filterVersions: ['1'],
  });
  book.take({ ...taken, filter: { field: 'source', near: 'b' }, filter_version: '2' });
  expect(await book.refusals([lead('b')])).toBeNull();
});

test('filters are read in pages of a bounded size, however many and large they are', async () => {
  const { general, control } = admin.database;
  const ids: string[] = [];
  for (let n = 0; n < 230; n += 1) ids.push(await makeFiltered(null));
  const { rows } = await general.query<{ before: string }>(
    'select version as before from sydx.settings_clock',
  );
  const before = rows[0]?.before ?? '';
  // The first is larger than any that is accepted.
  await general.query(
    `with clock as (update sydx.settings_clock set version = version + 230 returning version - 230 as version)
    update sydx.webhooks w set version = clock.version + g.n, filter_version = clock.version + g.n,
      filter = json_build_object('field', 'source', 'equals', repeat('x', case g.n when 1 then 100000 else 490 end))
    from clock, unnest($1::bigint[]) with ordinality as g(id, n) where w.id = g.id`,
    [ids],
  );
  const bytes = (page: readonly { filter: unknown }[]) => JSON.stringify(page).length;
  for (const first of [
    await filteredWebhooks(control, '0'),
    await changedWebhooks(control, before),
  ]) {
    expect(first).toHaveLength(100);
    expect(bytes(first)).toBeLessThan(100 * LIMITS.filterBytes);
  }
  const large = (await filteredWebhooksOf(control, [tenant.no])).find(({ id }) => id === ids[0]);
  expect(large?.filter).toBeNull();

  const book = new FilterBook(performanceClock, pino({ level: 'silent' }));
  await book.load(admin.database);
  expect((await book.refusals([lead('b')]))?.webhookIds.toSorted()).toEqual(
    ids.slice(1).toSorted(),
  );
});

test('judging many events lets others have a turn', async () => {
  let now = 0;
  const slow = { monotonic: () => (now += 100) };
  const book = new FilterBook(slow, pino({ level: 'silent' }));
  const id = await makeFiltered(A);
  await book.load(admin.database);
  let turns = 0;
  let isJudging = true;
  const others = (): void => {
    turns += 1;
    if (isJudging) setImmediate(others);
  };
  setImmediate(others);
  const refusals = await book.refusals(Array.from({ length: 50 }, () => lead('b')));
  isJudging = false;
  expect(refusals?.webhookIds).toEqual(Array.from({ length: 50 }, () => id));
  expect(turns).toBeGreaterThanOrEqual(50);
});

test('without a refusal the statement that publishes knows nothing of filters', async () => {
  await makeFiltered(A);
  const texts: string[] = [];
  const watched = {
    query: (query: { text: string }) => {
      texts.push(query.text);
      return admin.database.hot.query(query);
    },
  } as unknown as Database['hot'];
  const events = [lead('a')];
  const refusals = await new FilterBook(performanceClock, pino({ level: 'silent' })).refusals(
    events,
  );
  expect(refusals).toBeNull();
  await publishEvents(watched, events, null, refusals);
  expect(texts).toHaveLength(1);
  expect(texts[0]).not.toMatch(/filter_version|refused|sydx\.webhooks/);
});

const performanceClock = { monotonic: () => performance.now() };
