import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limitPublishing } from '../../src/api/events/publish-limit.ts';
import { ProblemError } from '../../src/base/problem.ts';
import { forgetEmptyBuckets } from '../../src/store/rate-limits.ts';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { startReceiver } from '../kit/receivers.ts';

let database: TestDatabase;
let api: TestApi;
let otherNode: TestApi;
let acme: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  // Slow enough that no place comes back while a test runs.
  const env = { TEST_RATE_LIMIT: '2', PUBLISH_RATE_LIMIT: '5' };
  api = await startTestApi(database.url, { env });
  otherNode = await startTestApi(database.url, { env });
  acme = await api.makeTenantWithKey('acme');
});

afterAll(async () => {
  await api.close();
  await otherNode.close();
  await database.drop();
});

function expectRefusal(answer: Answer): void {
  expect(`${answer.status} ${answer.body.code}`).toBe('429 rate_limited');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
}

const EVENT = { type: 'flow.completed', data: { flow: 'f', contact: '1', session: {} } };
const makeBody = (n: number) => ({
  name: `n${n}`,
  url: `http://127.0.0.1:9/${n}`,
  events: ['flow.completed'],
});

describe('limits hold', () => {
  test('500 webhooks a tenant, however many are created at once and on whichever node', async () => {
    const { key, no } = await api.makeTenantWithKey('many');
    await api.database.general.query(
      `insert into sydx.webhooks (tenant_no, name, url, events, secret_key_id, secret_sealed,
         secret_hint, version)
       select $1, 'n' || n, 'http://127.0.0.1:9/', '{}', 'k', 's', 'hint', 0
       from generate_series(1, 480) n`,
      [no],
    );
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 === 0 ? api : otherNode).call('POST', '/v1/webhooks', { key, body: makeBody(n) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['409 webhook_limit']),
    );
    const { rows } = await api.database.general.query(
      'select count(*)::int as n from sydx.webhooks where tenant_no = $1',
      [no],
    );
    expect(rows[0].n).toBe(500);
  });

  test.each([
    [
      '/v1/api-keys',
      'api_key_limit',
      `insert into sydx.api_keys (tenant_no, name, hash, hint, scopes)
        select $1, 'n', sha256(n::text::bytea), 'hint', '{events:write}' from generate_series(1, $2::int) n`,
      99 - 10,
      { name: 'n', scopes: ['events:write'] },
    ],
    [
      '/v1/sources',
      'source_limit',
      `insert into sydx.sources (tenant_no, kind, name, settings, secrets_key_id, secrets_sealed)
        select $1, 'form', 'n', '{}', 'k', 's' from generate_series(1, $2::int)`,
      100 - 10,
      {
        kind: 'form',
        name: 'n',
        settings: { allowedOrigins: ['https://example.com'], fields: { email: 'mail' } },
      },
    ],
  ])('100 of %s a tenant, on all nodes together', async (path, code, fill, count, body) => {
    const { key, no } = await api.makeTenantWithKey(code);
    await api.database.general.query(fill, [no, count]);
    const calls = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        (n % 2 === 0 ? api : otherNode).call('POST', path, { key, body }),
      ),
    );
    expect(calls.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = calls.filter(({ status }) => status !== 201);
    expect(new Set(refused.map((one) => `${one.status} ${one.body.code}`))).toEqual(
      new Set([`409 ${code}`]),
    );
  });

  test('many keys of one tenant do not forgive what another publishes too much', () => {
    const limit = limitPublishing(1, { monotonic: () => 0 })!;
    limit('greedy', 1_000);
    for (let n = 0; n < 9_999; n += 1) limit(`one ${n}`, 1);
    expect(() => limit('greedy', 1)).toThrow(ProblemError);
    limit('one more', 1);
    // The longest unused went; all others still owe.
    expect(() => limit('one 5000', 1)).toThrow(ProblemError);
  });

  test('Test is rate-limited, per webhook and on all nodes together', async () => {
    const receiver = await startReceiver();
    const make = async () =>
      (
        await api.call('POST', '/v1/webhooks', {
          key: acme.key,
          body: { ...makeBody(0), url: `${receiver.origin}/hook` },
        })
      ).body.id as string;
    const id = await make();
    const press = (node: TestApi, which = id) =>
      node.call('POST', `/v1/webhooks/${which}/test`, { key: acme.key });
    expect((await press(api)).status).toBe(200);
    expect((await press(otherNode)).status).toBe(200);
    expectRefusal(await press(api));
    expectRefusal(await press(otherNode));
    expect((await press(api, await make())).status).toBe(200);
    expect(receiver.requests).toHaveLength(3);
    await receiver.close();
  });

  test('publish can be rate-limited per API key, and a batch counts as its events', async () => {
    const publish = (key: string, events: number, node = api) =>
      node.call('POST', '/v1/events', {
        key,
        body: { events: Array.from({ length: events }, () => EVENT) },
      });
    // 1,000 events at 5 a second take 200 s to pay for.
    expect((await publish(acme.key, 1000)).status).toBe(202);
    const refused = await api.call('POST', '/v1/events', { key: acme.key, body: EVENT });
    expectRefusal(refused);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(100);
    // Each key for itself, each node for itself.
    const second = await api.makeKey(acme.no, ['events:write']);
    expect((await publish(second, 1)).status).toBe(202);
    expect((await publish(acme.key, 1, otherNode)).status).toBe(202);
    // Nothing of a refused request is stored.
    const { rows } = await api.database.general.query(
      'select count(*)::int as n from sydx.events where tenant_no = $1 and type = $2',
      [acme.no, 'flow.completed'],
    );
    expect(rows[0].n).toBe(1002);
  });

  test('publish is not limited unless it is set', async () => {
    expect(limitPublishing(null, { monotonic: () => 0 })).toBeNull();
  });

  test('a key may publish a second’s worth ahead, and then at its rate', () => {
    let now = 0;
    const limit = limitPublishing(10, { monotonic: () => now });
    const isLetIn = (events = 1) => {
      try {
        limit?.('key', events);
        return true;
      } catch (error) {
        if (error instanceof ProblemError) return false;
        throw error;
      }
    };
    const inARow = () => {
      let count = 0;
      while (isLetIn()) count += 1;
      return count;
    };
    expect(inARow()).toBe(10);
    now += 100;
    expect(inARow()).toBe(1);
    now += 500;
    expect(inARow()).toBe(5);
    now += 60_000;
    // A batch larger than a second's worth passes, and is paid for before the next.
    expect(isLetIn(50)).toBe(true);
    now += 3_900;
    expect(isLetIn()).toBe(false);
    now += 200;
    expect(isLetIn()).toBe(true);
  });

  test('buckets that have all their room back are forgotten', async () => {
    const pool = api.database.general;
    await pool.query(
      `insert into sydx.rate_limits
       select sha256(n::text::bytea), clock_timestamp() - interval '1 hour'
       from generate_series(1, 30) n`,
    );
    await eventually('they are gone', async () => {
      await forgetEmptyBuckets(pool, 20);
      const { rows } = await pool.query(
        `select count(*)::int as n from sydx.rate_limits
         where full_at < clock_timestamp() - interval '1 minute'`,
      );
      return rows[0].n === 0;
    });
  });
});
