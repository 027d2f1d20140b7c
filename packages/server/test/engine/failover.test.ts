import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createDatabase } from '../kit/database.ts';
import { eventually, makeEvent, makeTenant, makeWebhook, startTestEngine } from '../kit/engine.ts';
import { startFaultyLink } from '../kit/faulty-link.ts';
import { startMoodyReceiver } from '../kit/moody-receiver.ts';
import { countPending, nodeIds } from '../kit/places.ts';

describe.concurrent('when PostgreSQL vanishes without a word', () => {
  test('a node with dead connections goes on by new ones, and keeps its lease', async () => {
    const database = await createDatabase();
    const link = await startFaultyLink(database.url);
    const direct = openDatabase(database.url, () => undefined);
    const node = await startTestEngine(link.url, {
      logLevel: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
    });
    const receiver = await startMoodyReceiver();
    const tenantNo = await makeTenant(node.database, 'acme');
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: ['message.received'] });
    await node.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
    await eventually('it works', () => receiver.seen.length === 1);
    const before = await nodeIds(direct);

    link.vanish(true);
    let accepted = 0;
    await eventually(
      'events are accepted and delivered again',
      async () => {
        accepted += await node.engine.publish([makeEvent(tenantNo, 'acme', 2)]).then(
          () => 1,
          () => 0,
        );
        return accepted > 0 && receiver.seen.length > 1;
      },
      40_000,
    );
    expect(await nodeIds(direct)).toEqual(before);
    await eventually('nothing is left', async () => (await countPending(direct)) === 0, 40_000);
    await node.stop();
    await direct.close();
    await link.close();
    await receiver.close();
    await database.drop();
  }, 120_000);

  test('when it was away for longer than leases last, nobody is taken over and nothing is sent twice', async () => {
    const database = await createDatabase();
    const direct = openDatabase(database.url, () => undefined);
    const links = await Promise.all([1, 2, 3].map(() => startFaultyLink(database.url)));
    const logLevel = process.env['TEST_LOG_LEVEL'] ?? 'fatal';
    const nodes = await Promise.all(links.map(({ url }) => startTestEngine(url, { logLevel })));
    let answer: (status: number) => void = () => undefined;
    const away = new Promise<number>((resolve) => {
      answer = resolve;
    });
    const receiver = await startMoodyReceiver(() => away);
    const tenantNo = await makeTenant(direct, 'acme');
    await makeWebhook(nodes[0]!, { tenantNo, url: receiver.origin, events: ['message.received'] });
    for (const [n, node] of nodes.entries()) {
      await node.engine.publish([makeEvent(tenantNo, 'acme', n)]);
    }
    await eventually('a POST of each is under way', () => receiver.seen.length === nodes.length);
    const before = await nodeIds(direct);

    for (const link of links) link.cut();
    answer(200);
    await eventually(
      'every lease has run out',
      async () => (await livingNodes(direct)) === 0,
      30_000,
    );
    // One finds its way back first, and looks for dead nodes every second.
    links[0]!.mend();
    await eventually('one is back', async () => (await livingNodes(direct)) === 1, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 2 * BOUNDS.sweepMs));
    for (const link of links) link.mend();
    await eventually('nothing is left', async () => (await countPending(direct)) === 0, 30_000);
    expect((await nodeIds(direct)).toSorted()).toEqual(before.toSorted());
    expect(receiver.seen).toHaveLength(nodes.length);

    await Promise.all(nodes.map((node) => node.stop()));
    await direct.close();
    await Promise.all(links.map((link) => link.close()));
    await receiver.close();
    await database.drop();
  }, 120_000);

  test('a node that is told to stop is gone within 6 s', async () => {
    const database = await createDatabase();
    const link = await startFaultyLink(database.url);
    const node = await startTestEngine(link.url, {
      logLevel: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
    });
    const receiver = await startMoodyReceiver(() => null);
    const tenantNo = await makeTenant(node.database, 'acme');
    await makeWebhook(node, { tenantNo, url: receiver.origin, events: ['message.received'] });
    await node.engine.publish([makeEvent(tenantNo, 'acme', 1)]);
    await eventually('a POST is under way', () => receiver.seen.length === 1);

    link.vanish(false);
    node.engine.publish([makeEvent(tenantNo, 'acme', 2)]).catch(() => undefined);
    const askedAt = performance.now();
    await node.engine.stop();
    // 6 s, and what a busy machine adds to them.
    expect(performance.now() - askedAt).toBeLessThan(9_000);
    await link.close();
    await node.stop();
    await receiver.close();
    await database.drop();
  }, 60_000);
});

async function livingNodes({ general }: Database): Promise<number> {
  const { rows } = await general.query<{ count: number }>(
    'select count(*)::int as count from sydx.nodes where until > clock_timestamp()',
  );
  return rows[0]?.count ?? -1;
}
