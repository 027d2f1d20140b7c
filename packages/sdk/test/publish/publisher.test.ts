import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../server/test/kit/engine.ts';
import { createPublisher, PublishBatchError, PublishError, type Retry } from '../../src/index.ts';
import { failure, message, setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.clear());

const keysOf = (bodies: readonly string[]) =>
  bodies.map((body) => (JSON.parse(body) as { idempotencyKey: string }).idempotencyKey);

describe('publish', () => {
  it('resolves when the event is committed, with its id', async () => {
    const { id } = await stage.publisher().publish(message('hello'));
    expect(id).toMatch(/^evt_/);
    expect(await stage.published()).toEqual(['hello']);
    const event = await stage.api.call('GET', `/v1/events/${id}`, { key: stage.apiKey });
    expect(event.body).toMatchObject({ type: 'message.received', data: message('hello').data });
  });

  it('hands over the time, the key and the tenant', async () => {
    const timestamp = new Date('2026-03-25T08:22:50.254Z');
    const operator = stage.publisher({ apiKey: await stage.api.makeKey(null, ['events:write']) });
    const event = { ...message('x'), timestamp, idempotencyKey: 'lead-1', tenantId: 'acme' };
    const first = await operator.publish(event);
    expect(await operator.publish(event)).toEqual(first);
    expect(JSON.parse(stage.front.bodies[0]!)).toEqual({
      ...event,
      timestamp: '2026-03-25T08:22:50.254Z',
    });
    expect(await stage.published()).toEqual(['x']);
  });

  it('carries the problem document when the server refuses, and does not try again', async () => {
    const wrong = { type: 'message.received', data: { contact: '+91 98', type: 'text' } } as const;
    const error = await failure(stage.publisher().publish(wrong), PublishError);
    expect(error).toMatchObject({
      code: 'refused',
      status: 422,
      mayBeStored: false,
      problem: { code: 'invalid_data', errors: [{ pointer: '/data/contact' }] },
    });
    expect(error.message).toContain('/data/contact must be a string of digits');
    expect(stage.front.bodies).toHaveLength(1);
  });

  it('tells that a key was used for another event', async () => {
    const publisher = stage.publisher();
    await publisher.publish({ ...message('a'), idempotencyKey: 'k' });
    const again = publisher.publish({ ...message('b'), idempotencyKey: 'k' });
    expect((await failure(again, PublishError)).problem?.code).toBe('idempotency_conflict');
  });

  it('names a key that is not known, and never shows it', async () => {
    const apiKey = 'sydx_not-a-key-of-anybody';
    const error = await failure(stage.publisher({ apiKey }).publish(message('a')), PublishError);
    expect(error).toMatchObject({
      code: 'refused',
      status: 401,
      problem: { code: 'unauthorized' },
    });
    expect(inspect(error, { depth: null })).not.toContain(apiKey);
    expect(inspect(error, { depth: null })).not.toContain('919876543210');
  });

  it.each([
    ['another program', { kind: 'answer', status: 200, body: '<h1>Hello</h1>' }],
    ['a redirect', { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } }],
  ] as const)('takes no answer of %s for an acceptance', async (_who, fault) => {
    stage.front.faults.push(fault);
    const error = await failure(stage.publisher().publish(message('a')), PublishError);
    expect(error.code).toBe('unexpected_answer');
    expect(stage.front.bodies).toHaveLength(1);
  });

  it.each([
    ['an id that lost digits', { leadgenId: Number('12345678901234567890') }],
    ['NaN', { score: Number.NaN }],
    ['a bigint', { deep: [{ id: 1n }] }],
  ])('refuses %s before it is sent', async (_what, more) => {
    const event = { ...message('a'), data: { ...message('a').data, ...more } };
    const error = await failure(stage.publisher().publish(event), PublishError);
    expect(error.code).toBe('event_invalid');
    expect(error.message).toMatch(/"(leadgenId|score|id)" is .*Send it as a string/);
    expect(stage.front.bodies).toEqual([]);
  });

  it('refuses what JSON cannot hold', async () => {
    const lead: Record<string, unknown> = {};
    lead['self'] = lead;
    const event = { type: 'lead.assigned', data: { lead, agent: { name: 'R' } } } as const;
    const error = await failure(stage.publisher().publish(event), PublishError);
    expect(error.code).toBe('event_invalid');
  });
});

describe('a retry', () => {
  it('publishes once when the connection is reset after the commit', async () => {
    stage.front.faults.push({ kind: 'reset-after' }, { kind: 'reset-after' });
    const { id } = await stage.publisher().publish(message('once'));
    expect(await stage.published()).toEqual(['once']);
    const event = await stage.api.call('GET', `/v1/events/${id}`, { key: stage.apiKey });
    expect(event.status).toBe(200);
    expect(stage.front.bodies).toHaveLength(3);
    expect(new Set(keysOf(stage.front.bodies)).size).toBe(1);
  });

  it('publishes a batch once when the connection is reset after the commit', async () => {
    stage.front.faults.push({ kind: 'reset-after' });
    const bodies = ['a', 'b', 'c'];
    const { ids } = await stage.publisher().publishBatch(bodies.map(message));
    expect(new Set(ids).size).toBe(3);
    expect(await stage.published()).toEqual(bodies);
    expect(new Set(stage.front.bodies).size).toBe(1);
  });

  it('publishes once when the server is too slow to answer', async () => {
    stage.front.faults.push({ kind: 'silent-after' });
    await stage.publisher({ timeoutMs: 1500 }).publish(message('slow'));
    expect(await stage.published()).toEqual(['slow']);
    expect(stage.front.bodies).toHaveLength(2);
  });

  it('waits for a server that is away', async () => {
    await stage.front.leave();
    const retries: Retry[] = [];
    const onRetry = (retry: Retry) => void retries.push(retry);
    const call = stage.publisher({ onRetry }).publish(message('later'));
    await eventually('some retries', () => retries.length >= 3);
    await stage.front.comeBack();
    await call;
    expect(await stage.published()).toEqual(['later']);
    expect(retries.at(-1)).toMatchObject({ error: { code: 'no_answer', mayBeStored: false } });
  });

  it('happens on 503 of the server itself', async () => {
    stage.api.setStopping(true);
    const onRetry = ({ number, error }: Retry) => {
      expect(error.problem?.code).toBe('shutting_down');
      if (number === 2) stage.api.setStopping(false);
    };
    await stage.publisher({ onRetry }).publish(message('after the restart'));
    expect(await stage.published()).toEqual(['after the restart']);
  });

  it.each([429, 503])('waits as long as Retry-After says on %d', async (status) => {
    stage.front.faults.push({ kind: 'answer', status, headers: { 'retry-after': '1' } });
    const startedAt = performance.now();
    await stage.publisher().publish(message('patient'));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(999);
    expect(await stage.published()).toEqual(['patient']);
  });

  it('goes on for as long as it takes when told so', async () => {
    const times = { timeoutMs: Infinity, giveUpAfterMs: Infinity };
    for (let n = 0; n < 4; n += 1) stage.front.faults.push({ kind: 'answer', status: 502 });
    await stage.publisher(times).publish(message('patient'));
    expect(await stage.published()).toEqual(['patient']);
    expect(stage.front.bodies).toHaveLength(5);
  });

  it.each([
    [408, false],
    [429, false],
    [500, true],
    [502, true],
    [503, false],
  ])('leaves after %d the doubt: %s', async (status, mayBeStored) => {
    stage.front.faults.push({ kind: 'answer', status, headers: { 'retry-after': '100' } });
    const error = await failure(stage.publisher().publish(message('x')), PublishError);
    expect(error).toMatchObject({ code: 'unavailable', status, mayBeStored });
  });

  it('is not made when Retry-After is longer than the time that is left', async () => {
    stage.front.faults.push({ kind: 'answer', status: 429, headers: { 'retry-after': '3600' } });
    const error = await failure(stage.publisher().publish(message('no')), PublishError);
    expect(error).toMatchObject({ code: 'unavailable', status: 429, retryAfterMs: 3_600_000 });
    expect(stage.front.bodies).toHaveLength(1);
  });

  it('ends when the time is over, and says what is not known', async () => {
    stage.front.faults.push({ kind: 'reset-after' });
    for (let n = 0; n < 100; n += 1) stage.front.faults.push({ kind: 'answer', status: 503 });
    const publisher = stage.publisher({ giveUpAfterMs: 700 });
    const error = await failure(publisher.publish(message('maybe')), PublishError);
    // The very last request may be cut short by the end of the time.
    expect(error.code).toMatch(/^(unavailable|no_answer)$/);
    expect(error.mayBeStored).toBe(true);
    stage.front.faults.length = 0;
    await publisher.publishBatch(error.events);
    expect(await stage.published()).toEqual(['maybe']);
  });

  it('ends at once when the signal fires, in a request and between two', async () => {
    const publisher = stage.publisher();
    for (const fault of [
      { kind: 'silent-after' },
      { kind: 'answer', status: 503, headers: { 'retry-after': '50' } },
    ] as const) {
      stage.front.faults.push(fault);
      const seen = stage.front.bodies.length;
      const ending = new AbortController();
      const call = failure(publisher.publish(message('x'), ending), PublishError);
      await eventually('the request', () => stage.front.bodies.length > seen);
      ending.abort('leaving');
      expect(await call).toMatchObject({ code: 'aborted', cause: 'leaving' });
    }
    // The first was under way already: let it arrive before the next test.
    await eventually('the event', async () => (await stage.published()).length === 1);
  });

  it('reads Retry-After in both forms and ignores nonsense', async () => {
    const { readRetryAfterMs } = await import('../../src/publish/retry-after.ts');
    const nowMs = Date.parse('2026-03-25T08:22:50Z');
    const read = (header: string | null) => readRetryAfterMs(header, nowMs);
    expect(['0', ' 7 ', 'Wed, 25 Mar 2026 08:23:00 GMT'].map(read)).toEqual([0, 7000, 10_000]);
    expect(read('Wed, 25 Mar 2020 08:23:00 GMT')).toBe(0);
    expect([null, '', '-1', '1.5', 'soon', '2026-03-25', '9'.repeat(30)].map(read)).toEqual(
      Array.from({ length: 7 }),
    );
  });
});

describe('a batch', () => {
  it('of more than 1,000 events goes out in parts, in its order', async () => {
    const bodies = Array.from({ length: 2500 }, (_, n) => `n${n}`);
    const { ids } = await stage.publisher().publishBatch(bodies.map(message));
    expect(ids).toEqual(ids.toSorted());
    expect(await stage.published()).toEqual(bodies);
    const counts = stage.front.bodies.map((body) => JSON.parse(body).events.length);
    expect(counts.slice(0, 2)).toEqual([1000, 1000]);
  });

  it('of more than 8 MiB goes out in parts that the server takes', async () => {
    const large = 'क'.repeat(30_000);
    const bodies = Array.from({ length: 120 }, (_, n) => `${n} ${large}`);
    await stage.publisher().publishBatch(bodies.map(message));
    expect(await stage.published()).toEqual(bodies);
    const sizes = stage.front.bodies.map((body) => Buffer.byteLength(body));
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(sizes[0]).toBeGreaterThan(8 * 1024 * 1024 - 100_000);
  });

  it('of none is nothing', async () => {
    expect(await stage.publisher().publishBatch([])).toEqual({ ids: [] });
    expect(stage.front.bodies).toEqual([]);
  });

  it('that fails in a later part says what was accepted, and points into the whole', async () => {
    const events = Array.from({ length: 1200 }, (_, n) => message(`n${n}`));
    const bad = { type: 'message.received', data: { contact: 'x', type: 'text' } } as const;
    const batch = [...events.slice(0, 1100), bad, ...events.slice(1101)];
    const error = await failure(stage.publisher().publishBatch(batch), PublishBatchError);
    expect(error.problem?.errors?.[0]?.pointer).toBe('/events/1100/data/contact');
    expect(error.ids.filter((id) => id !== null)).toHaveLength(1000);
    expect(error.ids[999]).toMatch(/^evt_/);
    expect(error.ids[1000]).toBeNull();
    expect(error.events).toHaveLength(200);
    expect(error.events[100]?.data).toEqual(bad.data);
    expect(await stage.published()).toHaveLength(1000);
  });

  it('of one that is refused points into the batch', async () => {
    const bad = { type: 'message.received', data: { contact: 'x', type: 'text' } } as const;
    const error = await failure(stage.publisher().publishBatch([bad]), PublishBatchError);
    expect(error.problem?.errors?.[0]?.pointer).toBe('/events/0/data/contact');
  });
});

describe('back-pressure', () => {
  it('keeps the requests under way within maxConcurrent', async () => {
    const publisher = stage.publisher({ maxConcurrent: 3 });
    const bodies = Array.from({ length: 60 }, (_, n) => `n${n}`);
    await Promise.all(bodies.map((body) => publisher.publish(message(body))));
    expect(stage.front.mostOpen()).toBeLessThanOrEqual(3);
    expect((await stage.published()).toSorted()).toEqual(bodies.toSorted());
  });

  it('refuses a call when too many wait, and takes it when there is room', async () => {
    const held = Promise.withResolvers<void>();
    stage.front.faults.push({ kind: 'hold', until: held.promise });
    const publisher = stage.publisher({ maxConcurrent: 1, maxWaiting: 2 });
    const calls = ['a', 'b', 'c'].map((body) => publisher.publish(message(body)));
    const error = await failure(publisher.publish(message('d')), PublishError);
    expect(error).toMatchObject({ code: 'queue_full', mayBeStored: false });
    held.resolve();
    await Promise.all(calls);
    await publisher.publish(message('d'));
    expect(await stage.published()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets a waiting call be aborted, and the others go on', async () => {
    const held = Promise.withResolvers<void>();
    stage.front.faults.push({ kind: 'hold', until: held.promise });
    const publisher = stage.publisher({ maxConcurrent: 1 });
    const ending = new AbortController();
    const first = publisher.publish(message('a'));
    const second = failure(publisher.publish(message('b'), ending), PublishError);
    const third = publisher.publish(message('c'));
    ending.abort();
    expect(await second).toMatchObject({ code: 'aborted', mayBeStored: false });
    held.resolve();
    await Promise.all([first, third]);
    expect(await stage.published()).toEqual(['a', 'c']);
  });

  it('sends nothing for a signal that has fired already', async () => {
    const call = stage.publisher().publish(message('a'), { signal: AbortSignal.abort('gone') });
    expect(await failure(call, PublishError)).toMatchObject({ code: 'aborted', cause: 'gone' });
    expect(stage.front.bodies).toEqual([]);
  });

  it('close waits for what is under way and takes nothing more', async () => {
    const publisher = stage.publisher({ maxConcurrent: 1 });
    const calls = ['a', 'b'].map((body) => publisher.publish(message(body)));
    await publisher.close();
    expect(await stage.published()).toEqual(['a', 'b']);
    await Promise.all(calls);
    expect((await failure(publisher.publish(message('c')), PublishError)).code).toBe('closed');
  });
});

describe('a mistake in the options', () => {
  it.each([
    [{ apiKey: undefined }, /apiKey.*environment variable/],
    [{ apiKey: 'sydx_a\n' }, /apiKey/],
    [{ baseUrl: undefined }, /baseUrl must be a URL/],
    [{ baseUrl: 'ftp://x' }, /baseUrl must begin with https/],
    [{ baseUrl: 'https://u:p@x' }, /user name/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ maxConcurrent: Number.NaN }, /maxConcurrent/],
  ])('is told at once: %j', (wrong, words) => {
    const options = { baseUrl: 'https://webhooks.example.com', apiKey: 'sydx_a', ...wrong };
    expect(() => createPublisher(options)).toThrow(words);
  });

  it('a baseUrl may have a path and a slash at its end', async () => {
    const asked: string[] = [];
    const fetch = (url: unknown) => {
      asked.push(String(url));
      return Promise.resolve(new Response('{"id":"evt_1"}', { status: 202 }));
    };
    for (const baseUrl of [
      'https://x',
      'https://x/',
      'https://x/webhooks',
      'https://x/webhooks/',
    ]) {
      await createPublisher({ baseUrl, apiKey: 'k', fetch }).publish(message('a'));
    }
    expect(asked).toEqual(
      ['', '', '/webhooks', '/webhooks'].map((path) => `https://x${path}/v1/events`),
    );
  });
});
