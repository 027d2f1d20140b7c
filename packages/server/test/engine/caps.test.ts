import { expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { createDatabase } from '../kit/database.ts';
import { eventually, makeEvent, makeTenant, makeWebhook, startTestEngine } from '../kit/engine.ts';
import { type Mood, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { wholeLog } from '../kit/places.ts';

const NODES = 2;

/** Events of one webhook that wait in the queue for two workers. */
async function twoWorkers(mood: Mood, eventCount: number) {
  const database = await createDatabase();
  const api = await startTestEngine(database.url, { role: 'api' });
  const tenantNo = await makeTenant(api.database, 'acme');
  const receiver = await startMoodyReceiver(mood);
  await makeWebhook(api, { tenantNo, url: receiver.origin, events: ['message.received'] });
  const events = Array.from({ length: eventCount }, (_, n) => makeEvent(tenantNo, 'acme', n));
  await api.engine.publish(events);
  const workers = await Promise.all(
    Array.from({ length: NODES }, () => startTestEngine(database.url, { role: 'worker' })),
  );
  return {
    api,
    receiver,
    end: async () => {
      await Promise.all([...workers, api].map((node) => node.stop()));
      await receiver.close();
      await database.drop();
    },
  };
}

test('requests under way to one webhook, all nodes together, are never more than the cap times the nodes', async () => {
  const { api, receiver, end } = await twoWorkers(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return 200;
  }, 3_000);
  const allLogged = async (): Promise<boolean> => (await wholeLog(api.database)).length === 3_000;
  await eventually('all is delivered', allLogged, 60_000);
  // More than one node may have, so both were at it.
  expect(receiver.mostOpen()).toBeGreaterThan(BOUNDS.laneMax);
  expect(receiver.mostOpen()).toBeLessThanOrEqual(NODES * BOUNDS.laneMax);
  await end();
}, 90_000);

test('a receiver that hangs soon costs each node one request at a time', async () => {
  const { receiver, end } = await twoWorkers(() => null, 200);
  // As many as a lane begins with, on each node that took some, before that node knows.
  await eventually('it is tried', () => receiver.seen.length >= BOUNDS.laneStart);
  const nextTriesAreFew = async (): Promise<boolean> => {
    const before = receiver.seen.length;
    let most = 0;
    const triedOn = (): boolean => {
      most = Math.max(most, receiver.open());
      return receiver.seen.length >= before + NODES;
    };
    await eventually('they try on', triedOn);
    return most <= NODES;
  };
  await eventually('both nodes found out', nextTriesAreFew, 60_000);
  expect(receiver.mostOpen()).toBeLessThanOrEqual(NODES * BOUNDS.laneStart);
  await end();
}, 120_000);
