import { randomBytes } from 'node:crypto';
import { verify } from '@sydx/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextDelayMs } from '../../src/retry/schedule.ts';
import { generateSecret } from '../../src/signing/secrets.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { oldestCancelledByDisabling } from '../../src/store/cancelled-by-disabling.ts';
import { changeWebhook, deleteWebhook } from '../../src/store/change-webhook.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
  type TestWebhook,
} from '../kit/engine.ts';
import { type Mood, type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { earlierAttempts, logOf } from '../kit/places.ts';

/** Seconds: the product's schedule, scaled. */
const SCHEDULE = [0.5, 1, 1.5];
/** What two busy cores may add to a wait. */
const LATE_MS = 1_400;
const EVENTS = ['message.received'];

let database: TestDatabase;
let node: TestEngine;
let tenantNo: number;

beforeAll(async () => {
  database = await createDatabase();
  node = await startTestEngine(database.url, { retryScheduleSeconds: SCHEDULE });
  tenantNo = await makeTenant(node.database, 'acme');
});

afterAll(async () => {
  await node.stop();
  await database.drop();
});

let types = 0;

interface Scene {
  receiver: MoodyReceiver;
  webhook: TestWebhook;
  eventId: string;
  /** Waits for the end of the delivery. @returns its row in the log */
  ended: () => Promise<Awaited<ReturnType<typeof logOf>>[number]>;
}

/** One event on its way to one webhook of this mood, apart from the other scenes. */
async function scene(mood: Mood): Promise<Scene> {
  const receiver = await startMoodyReceiver(mood);
  // A tenant of its own: the event goes nowhere else.
  types += 1;
  const tenantId = `scene-${types}`;
  const own = await makeTenant(node.database, tenantId);
  const webhook = await makeWebhook(node, { tenantNo: own, url: receiver.origin, events: EVENTS });
  const [eventId = ''] = await node.engine.publish([makeEvent(own, tenantId, 1)]);
  const ended: Scene['ended'] = async () => {
    await eventually(
      'the delivery ends',
      async () => (await logOf(node.database, eventId)).length > 0,
    );
    const [row] = await logOf(node.database, eventId);
    if (row === undefined) throw new Error('It is gone.');
    return row;
  };
  return { receiver, webhook, eventId, ended };
}

async function tenantOf(webhook: TestWebhook): Promise<number> {
  const { rows } = await node.database.general.query<{ tenant_no: number }>(
    'select tenant_no from sydx.webhooks where id = $1',
    [webhook.id],
  );
  return rows[0]?.tenant_no ?? tenantNo;
}

/** What PATCH does. */
async function change(
  webhook: TestWebhook,
  wanted: Parameters<typeof changeWebhook>[3],
): Promise<void> {
  const own = await tenantOf(webhook);
  const changed = await changeWebhook(node.database.general, own, webhook.id, wanted, SYSTEM);
  await node.engine.settingsChanged(changed?.version ?? '');
}

/** What rotate-secret does. @returns the new secret */
async function rotate(webhook: TestWebhook): Promise<string> {
  const secret = generateSecret(randomBytes);
  const sealed = node.keyring.seal(secret, `webhook:${webhook.id}`);
  await change(webhook, { secret: { ...sealed, hint: secret.slice(-4) } });
  return secret;
}

/** What DELETE does. */
async function remove(webhook: TestWebhook): Promise<void> {
  const version = await deleteWebhook(
    node.database.general,
    await tenantOf(webhook),
    webhook.id,
    SYSTEM,
  );
  await node.engine.settingsChanged(version ?? '');
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('by the full schedule attempts begin 0, 5, 35 and 155 s after the first, at a receiver that times out 0, 10, 45 and 170 s', () => {
  const startsOf = (attemptMs: number): number[] => {
    const starts = [0];
    for (let failed = 1; ; failed += 1) {
      const delayMs = nextDelayMs(failed, [5, 30, 120], null);
      if (delayMs === null) return starts;
      starts.push((starts.at(-1) ?? 0) + attemptMs + delayMs);
    }
  };
  expect(startsOf(0)).toEqual([0, 5_000, 35_000, 155_000]);
  expect(startsOf(5_000)).toEqual([0, 10_000, 45_000, 170_000]);
});

const isLong = process.env['FULL_SCHEDULE'] === '1';
const notLong = isLong ? '' : ' [skipped: takes 156 s; FULL_SCHEDULE=1 runs it]';

test.skipIf(!isLong)(
  `a receiver that always fails sees exactly 4 attempts, about 0, 5, 35 and 155 s after the first, by the clock on the wall${notLong}`,
  async () => {
    const own = await createDatabase();
    const slow = await startTestEngine(own.url);
    const acme = await makeTenant(slow.database, 'acme');
    const receiver = await startMoodyReceiver(() => 500);
    await makeWebhook(slow, { tenantNo: acme, url: receiver.origin, events: EVENTS });
    const [eventId = ''] = await slow.engine.publish([makeEvent(acme, 'acme', 1)]);
    await eventually(
      'it has failed',
      async () => (await logOf(slow.database, eventId)).length > 0,
      200_000,
    );
    const starts = receiver.seen.map(
      ({ arrivedAt }) => (arrivedAt - (receiver.seen[0]?.arrivedAt ?? 0)) / 1_000,
    );
    console.info(`attempts at ${starts.map((start) => start.toFixed(2)).join(', ')} s`);
    expect(starts).toHaveLength(4);
    for (const [nth, wanted] of [0, 5, 35, 155].entries()) {
      expect(starts[nth]).toBeGreaterThanOrEqual(wanted);
      expect(starts[nth]).toBeLessThan(wanted + 5);
    }
    expect(await logOf(slow.database, eventId)).toMatchObject([{ status: 2, attempt_count: 4 }]);
    await slow.stop();
    await receiver.close();
    await own.drop();
  },
  240_000,
);

describe.concurrent('a receiver', () => {
  test('that always fails sees exactly 4 attempts, each counted from the end of the attempt before, then the delivery is failed', async () => {
    const ends: number[] = [];
    const { receiver, eventId, ended } = await scene(async () => {
      // An attempt that takes a while: the schedule begins where it ends.
      await sleep(300);
      ends.push(performance.now());
      return 500;
    });
    const row = await ended();
    expect(row).toMatchObject({
      status: 2,
      attempt_count: 4,
      status_code: 500,
      error: 'status_5xx',
    });
    expect(await earlierAttempts(node.database, row.id)).toEqual([1, 2, 3]);
    await sleep(2_000);
    expect(receiver.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    const gaps = receiver.seen.slice(1).map(({ arrivedAt }, n) => arrivedAt - (ends[n] ?? 0));
    for (const [n, gap] of gaps.entries()) {
      const wanted = (SCHEDULE[n] ?? 0) * 1_000;
      expect(gap).toBeGreaterThanOrEqual(wanted);
      expect(gap).toBeLessThan(wanted + LATE_MS);
    }
    // Every attempt is the same message under a signature of its own time.
    expect(new Set(receiver.seen.map((seen) => seen.eventId)).size).toBe(1);
    expect(new Set(receiver.seen.map((seen) => seen.deliveryId)).size).toBe(1);
    expect(new Set(receiver.seen.map((seen) => seen.body.toString())).size).toBe(1);
    expect(eventId).not.toBe('');
    await receiver.close();
  });

  test('that recovers sees no more than it needed', async () => {
    const { receiver, ended } = await scene((_attempt, nth) => (nth < 3 ? 500 : 204));
    const row = await ended();
    expect(row).toMatchObject({ status: 1, attempt_count: 3, status_code: 204, error: null });
    expect(await earlierAttempts(node.database, row.id)).toEqual([1, 2]);
    await sleep(2_000);
    expect(receiver.seen).toHaveLength(3);
    await receiver.close();
  });

  test('that hangs is tried again counted from the end of the timeout', async () => {
    const { receiver, ended } = await scene((_attempt, nth) => (nth === 1 ? null : 200));
    await eventually('it is tried again', () => receiver.seen.length === 2);
    const gap = (receiver.seen[1]?.arrivedAt ?? 0) - (receiver.seen[0]?.arrivedAt ?? 0);
    expect(gap).toBeGreaterThan(5_450);
    expect(gap).toBeLessThan(5_500 + LATE_MS);
    expect(await ended()).toMatchObject({ status: 1, attempt_count: 2 });
    await receiver.close();
  });

  test('whose secret is rotated in the middle of the retries gets the next attempt signed with the new secret only', async () => {
    const { receiver, webhook, ended } = await scene((_attempt, nth) => (nth === 1 ? 500 : 200));
    await eventually('it failed once', () => receiver.seen.length === 1);
    const secret = await rotate(webhook);
    await ended();
    const [first, second] = receiver.seen;
    expect(verify(first?.body ?? '', first?.headers ?? {}, webhook.secret)).toBeDefined();
    expect(verify(second?.body ?? '', second?.headers ?? {}, secret)).toBeDefined();
    expect(() => verify(second?.body ?? '', second?.headers ?? {}, webhook.secret)).toThrow();
    expect(String(second?.headers['webhook-signature']).split(' ')).toHaveLength(1);
    await receiver.close();
  });

  test('whose URL is changed in the middle of the retries gets the next attempt there', async () => {
    const elsewhere = await startMoodyReceiver();
    const { receiver, webhook, ended } = await scene(() => 500);
    await eventually('it failed once', () => receiver.seen.length === 1);
    await change(webhook, { url: `${elsewhere.origin}/new` });
    expect(await ended()).toMatchObject({ status: 1, attempt_count: 2 });
    expect(receiver.seen).toHaveLength(1);
    expect(elsewhere.seen.map(({ attempt, path }) => [attempt, path])).toEqual([[2, '/new']]);
    await receiver.close();
    await elsewhere.close();
  });

  test.each([
    { how: 'disabled', stop: (webhook: TestWebhook) => change(webhook, { enabled: false }) },
    { how: 'deleted', stop: remove },
  ])(
    'whose webhook is $how in the middle of the retries gets no more attempts, its delivery is cancelled',
    async ({ how, stop }) => {
      const { receiver, webhook, ended } = await scene(() => 500);
      await eventually('it failed once', () => receiver.seen.length === 1);
      // Into the queue first: that is what the statement itself cancels.
      await sleep(100);
      await stop(webhook);
      const row = await ended();
      expect(row).toMatchObject({ status: 3, attempt_count: 1, error: `webhook_${how}` });
      await sleep(1_500);
      expect(receiver.seen).toHaveLength(1);
      await receiver.close();
    },
  );

  test.each([
    { how: 'disabled', stop: (webhook: TestWebhook) => change(webhook, { enabled: false }) },
    { how: 'deleted', stop: remove },
  ])(
    'whose webhook is $how during an attempt gets no more, its delivery is cancelled',
    async ({ how, stop }) => {
      const answer = Promise.withResolvers<number>();
      const { receiver, webhook, ended } = await scene(() => answer.promise);
      await eventually('the attempt is under way', () => receiver.seen.length === 1);
      await stop(webhook);
      answer.resolve(500);
      const row = await ended();
      // The log keeps what the attempt came to.
      expect(row).toMatchObject({ status: 3, attempt_count: 1, error: 'status_5xx' });
      if (how === 'disabled') {
        const { general } = node.database;
        const oldest = oldestCancelledByDisabling(general, await tenantOf(webhook), webhook.id);
        expect(await oldest).toBe(row.event_id);
      }
      await sleep(1_000);
      expect(receiver.seen).toHaveLength(1);
      await receiver.close();
    },
  );

  test.each(['disabled', 'deleted'])(
    'whose webhook is %s during an attempt that succeeds: the delivery is a success',
    async (how) => {
      const answer = Promise.withResolvers<number>();
      const { receiver, webhook, ended } = await scene(() => answer.promise);
      await eventually('the attempt is under way', () => receiver.seen.length === 1);
      await (how === 'disabled' ? change(webhook, { enabled: false }) : remove(webhook));
      answer.resolve(200);
      expect(await ended()).toMatchObject({ status: 1, attempt_count: 1, error: null });
      await receiver.close();
    },
  );

  test.each([
    { says: '2', status: 429, waitMs: 2_000 },
    { says: '2', status: 503, waitMs: 2_000 },
    { says: '0', status: 429, waitMs: 500 },
    { says: '2', status: 500, waitMs: 500 },
    { says: 'in a moment', status: 503, waitMs: 500 },
    { says: '-7', status: 429, waitMs: 500 },
    { says: '1.5', status: 429, waitMs: 500 },
    { says: 'Thu, 01 Jan 1970 00:00:00 GMT', status: 503, waitMs: 500 },
  ])(
    'whose Retry-After is honoured within bounds, nonsense ignored: $says with $status is tried again after $waitMs ms',
    async ({ says, status, waitMs }) => {
      const { receiver, ended } = await scene(({ response }, nth) => {
        response.setHeader('retry-after', says);
        return nth === 1 ? status : 200;
      });
      expect(await ended()).toMatchObject({ status: 1, attempt_count: 2 });
      const gap = (receiver.seen[1]?.arrivedAt ?? 0) - (receiver.seen[0]?.arrivedAt ?? 0);
      expect(gap).toBeGreaterThanOrEqual(waitMs);
      expect(gap).toBeLessThan(waitMs + LATE_MS);
      await receiver.close();
    },
  );

  test.each(['86400', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'whose Retry-After is honoured within bounds: %s waits 600 s at most',
    async (says) => {
      const { receiver, webhook, eventId } = await scene(({ response }) => {
        response.setHeader('retry-after', says);
        return 429;
      });
      const due = async (): Promise<number | undefined> => {
        const { rows } = await node.database.general.query<{ seconds: number }>(
          `select extract(epoch from due - clock_timestamp())::float8 as seconds from sydx.queue
           where event_id = $1`,
          [eventId],
        );
        return rows[0]?.seconds;
      };
      await eventually('it waits', async () => (await due()) !== undefined);
      expect(await due()).toBeLessThanOrEqual(600);
      expect(await due()).toBeGreaterThan(590);
      await remove(webhook);
      await receiver.close();
    },
  );
});
