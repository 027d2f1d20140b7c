import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { eventually } from '../../kit/engine.ts';
import {
  makeSource,
  notificationOf,
  notify,
  sentChange,
  type SourcesApi,
  startSources,
  textChange,
} from './setup.ts';

let api: SourcesApi;
/** Somebody else at work in the same database. */
let other: PoolClient;

beforeAll(async () => {
  api = await startSources();
});

afterAll(() => api.close());

beforeEach(async () => {
  other = await api.database.control.connect();
  await other.query('begin');
});

afterEach(() => other.release());

const pair = (mark: string) =>
  notificationOf(
    [textChange({ id: `${mark}.1`, from: '491', name: mark })],
    [textChange({ id: `${mark}.2`, from: '492', name: mark })],
  );

const holdContact = (tenantNo: number, identifier: string) =>
  other.query('select from sydx.contacts where tenant_no = $1 and identifier = $2 for update', [
    tenantNo,
    identifier,
  ]);

/** The pid of whoever waits for `other`. */
async function waitingPid(): Promise<number> {
  let pid: number | undefined;
  await eventually('somebody waits for the lock', async () => {
    const { rows } = await api.database.general.query<{ pid: number }>(
      `select pid from pg_stat_activity
      where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    pid = rows[0]?.pid;
    return pid !== undefined;
  });
  return pid!;
}

async function typesOf(tenantNo: number): Promise<string[]> {
  return (await api.eventsOf(tenantNo)).map(({ type }) => type);
}

const TWO_UPDATED = ['contact.updated', 'message.received', 'contact.updated', 'message.received'];

test('a notification that PostgreSQL chose to end a deadlock is published all the same', async () => {
  const source = await makeSource(api);
  await notify(api, source, pair('first'));
  await api.database.general.query('delete from sydx.events');
  await holdContact(source.tenantNo, '492');
  const answer = notify(api, source, pair('second'));
  await waitingPid();
  // The notification has waited longer, so its patience ends first: it is the victim.
  await holdContact(source.tenantNo, '491');
  await other.query('commit');
  expect((await answer).status).toBe(200);
  expect(await typesOf(source.tenantNo)).toEqual(TWO_UPDATED);
});

test('a connection lost in the middle is answered 503, and the repeat publishes it once', async () => {
  const source = await makeSource(api);
  await notify(api, source, pair('first'));
  await api.database.general.query('delete from sydx.events');
  await holdContact(source.tenantNo, '492');
  const answer = notify(api, source, pair('second'));
  await api.database.general.query('select pg_terminate_backend($1)', [await waitingPid()]);
  expect(await answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  await other.query('rollback');
  expect(await typesOf(source.tenantNo)).toEqual([]);
  expect((await notify(api, source, pair('second'))).status).toBe(200);
  expect(await typesOf(source.tenantNo)).toEqual(TWO_UPDATED);
});

test('the CRM publishing what WhatsApp reports at the same moment locks nobody up', async () => {
  await other.query('rollback');
  const source = await makeSource(api);
  const ids = Array.from({ length: 300 }, (_, n) => `wamid.${n}`);
  const publish = (some: string[]) =>
    api.call('POST', '/v1/events', {
      key: source.key,
      body: {
        events: some.map((messageId) => ({
          type: 'message.sent',
          data: { contact: '491', status: 'sent', messageId },
        })),
      },
    });
  const report = (some: string[]) =>
    notify(api, source, notificationOf(...some.map((id) => [sentChange(id, '491')])));
  const answers = await Promise.all([
    publish(ids),
    report(ids.toReversed()),
    publish(ids.toReversed()),
    report(ids),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([202, 200, 202, 200]);
});
