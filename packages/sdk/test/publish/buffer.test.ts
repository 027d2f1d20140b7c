import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../server/test/kit/engine.ts';
import type { BufferOptions, EventInput } from '../../src/index.ts';
import { PublishError } from '../../src/index.ts';
import { failure, message, setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.clear());

interface Loss {
  events: EventInput[];
  error: PublishError;
}

function bufferWith(options: Partial<BufferOptions> = {}) {
  const losses: Loss[] = [];
  const blocked: PublishError[] = [];
  const buffer = stage.publisher({ giveUpAfterMs: 300 }).buffer({
    whenFull: 'wait',
    onLost: (events, error) => void losses.push({ events, error }),
    onBlocked: (error) => void blocked.push(error),
    ...options,
  });
  return { buffer, losses, blocked };
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `n${n}`);

describe('the buffer', () => {
  it('sends what was added in few requests, in its order, each with its time', async () => {
    const { buffer, losses } = bufferWith();
    const before = Date.now();
    for (const body of numbered(2100)) await buffer.add(message(body));
    await buffer.flush();
    expect(buffer.size).toBe(0);
    expect(await stage.published()).toEqual(numbered(2100));
    expect(stage.front.bodies.length).toBeLessThan(30);
    const [first] = JSON.parse(stage.front.bodies[0]!).events ?? [
      JSON.parse(stage.front.bodies[0]!),
    ];
    expect(Date.parse(first.timestamp)).toBeGreaterThanOrEqual(before);
    expect(losses).toEqual([]);
    await buffer.close();
  });

  it('sends by itself, without a flush', async () => {
    const { buffer } = bufferWith({ flushAfterMs: 5 });
    await buffer.add(message('alone'));
    await eventually('the event', async () => (await stage.published()).length === 1);
    await buffer.close();
  });

  it('loses nothing while the server is away or in trouble', async () => {
    const { buffer, losses, blocked } = bufferWith();
    await stage.front.leave();
    for (const body of numbered(50)) await buffer.add(message(body));
    await eventually('giving up for now', () => blocked.length > 0);
    expect(buffer.size).toBe(50);
    stage.front.faults.push({ kind: 'reset-after' }, { kind: 'answer', status: 503 });
    await stage.front.comeBack();
    await buffer.flush();
    expect(await stage.published()).toEqual(numbered(50));
    expect(losses).toEqual([]);
    await buffer.close();
  });

  it('loses the events alone that the server refuses, and tells which and why', async () => {
    const { buffer, losses } = bufferWith();
    const bad = (n: number) =>
      ({ type: 'message.received', data: { contact: `x${n}`, type: 'text' } }) as const;
    for (let n = 0; n < 300; n += 1) {
      await buffer.add(n % 2 === 0 ? message(`n${n}`) : { ...bad(n), idempotencyKey: `key-${n}` });
    }
    await buffer.flush();
    expect(await stage.published()).toEqual(numbered(300).filter((_, n) => n % 2 === 0));
    const lost = losses.flatMap(({ events }) => events);
    expect(lost).toHaveLength(150);
    expect(lost[0]).toMatchObject({ ...bad(1), idempotencyKey: 'key-1' });
    expect(losses[0]?.error.problem?.code).toBe('invalid_data');
    await buffer.close();
  });

  it('finds the one whose key was used for another event', async () => {
    await stage.publisher().publish({ ...message('first'), idempotencyKey: 'same' });
    const { buffer, losses } = bufferWith();
    for (const body of numbered(7)) {
      await buffer.add(
        body === 'n4' ? { ...message(body), idempotencyKey: 'same' } : message(body),
      );
    }
    await buffer.flush();
    expect(await stage.published()).toEqual(['first', 'n0', 'n1', 'n2', 'n3', 'n5', 'n6']);
    expect(losses.flatMap(({ events }) => events)).toMatchObject([message('n4')]);
    await buffer.close();
  });

  it('keeps everything while the key is not accepted', async () => {
    const { buffer, losses, blocked } = bufferWith();
    stage.front.faults.push({ kind: 'answer', status: 401 }, { kind: 'answer', status: 403 });
    await buffer.add(message('kept'));
    await buffer.flush();
    expect(await stage.published()).toEqual(['kept']);
    expect(blocked.map(({ status }) => status)).toEqual([401, 403]);
    expect(losses).toEqual([]);
    await buffer.close();
  });

  it('that is full lets callers wait', async () => {
    const { buffer } = bufferWith({ maxEvents: 10 });
    const held = Promise.withResolvers<void>();
    stage.front.faults.push({ kind: 'hold', until: held.promise });
    for (const body of numbered(10)) await buffer.add(message(body));
    const eleventh = buffer.add(message('n10'));
    await eventually('the request', () => stage.front.bodies.length === 1);
    expect(buffer.size).toBe(10);
    held.resolve();
    await eleventh;
    await buffer.close();
    expect(await stage.published()).toEqual(numbered(11));
  });

  it('that is full refuses, when told so, and a wait can be aborted', async () => {
    const held = Promise.withResolvers<void>();
    stage.front.faults.push({ kind: 'hold', until: held.promise });
    const failing = bufferWith({ whenFull: 'fail', maxBytes: 500 }).buffer;
    await failing.add(message('a'));
    await failing.add(message('b'));
    expect((await failure(failing.add(message('c')), PublishError)).code).toBe('queue_full');
    const waiting = bufferWith({ maxEvents: 1 }).buffer;
    await waiting.add(message('d'));
    const ending = new AbortController();
    const add = failure(waiting.add(message('e'), ending), PublishError);
    ending.abort();
    expect((await add).code).toBe('aborted');
    held.resolve();
    await Promise.all([failing.close(), waiting.close()]);
    expect((await stage.published()).toSorted()).toEqual(['a', 'b', 'd']);
  });

  it('refuses at once what JSON cannot hold', async () => {
    const { buffer } = bufferWith();
    const event = { type: 'campaign.sent', data: { name: 'x', recipientCount: NaN } } as const;
    expect((await failure(buffer.add(event), PublishError)).code).toBe('event_invalid');
    await buffer.close();
  });

  it('that may take for ever to close waits for the server', async () => {
    const { buffer, losses, blocked } = bufferWith();
    await stage.front.leave();
    await buffer.add(message('patient'));
    const closed = buffer.close({ timeoutMs: Infinity });
    await eventually('giving up for now', () => blocked.length > 0);
    await stage.front.comeBack();
    await closed;
    expect([await stage.published(), losses]).toEqual([['patient'], []]);
  });

  it('that is closed in time has published all, and takes nothing more', async () => {
    const { buffer, losses } = bufferWith({ flushAfterMs: 60_000 });
    for (const body of numbered(20)) await buffer.add(message(body));
    await buffer.close();
    expect(await stage.published()).toEqual(numbered(20));
    expect(losses).toEqual([]);
    expect((await failure(buffer.add(message('late')), PublishError)).code).toBe('closed');
  });

  it('that runs out of time hands everything back, which can be published later, once', async () => {
    const { buffer, losses } = bufferWith();
    stage.front.faults.push({ kind: 'silent-after' });
    for (const body of numbered(20)) await buffer.add(message(body));
    await eventually('the request', () => stage.front.bodies.length === 1);
    await buffer.close({ timeoutMs: 1 });
    expect(buffer.size).toBe(0);
    expect(losses).toMatchObject([{ error: { code: 'closed', mayBeStored: true } }]);
    expect(losses[0]?.events).toHaveLength(20);
    await stage.publisher().publishBatch(losses[0]?.events ?? []);
    expect(await stage.published()).toEqual(numbered(20));
  });

  it('loses with its process what it held, and nothing that had left it', async () => {
    const child = fork(fileURLToPath(new URL('./crash-program.ts', import.meta.url)), {
      env: { ...process.env, SYDX_URL: stage.front.origin, SYDX_API_KEY: stage.apiKey },
      execArgv: [],
    });
    let last = { added: 0, size: 0 };
    child.on('message', (report: typeof last) => {
      last = report;
    });
    await eventually('some events', () => last.added > 300, 30_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const published = await stage.published();
    expect(published).toEqual(numbered(published.length));
    expect(published.length).toBeGreaterThanOrEqual(last.added - 40);
    expect(published.length).toBeGreaterThanOrEqual(last.added - last.size);
  });
});
