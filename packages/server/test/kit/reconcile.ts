import { expect } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { eventually } from './engine.ts';
import type { MoodyReceiver } from './moody-receiver.ts';
import { countPending, countRows, eventNumber, storedEvents, wholeLog } from './places.ts';

/**
 * Waits until nothing is pending and holds by their ids against each other what producers were told 202
 * for, what PostgreSQL stored, what the receivers got, and what the log says.
 *
 * Every event goes to one webhook whose receiver takes it at the first attempt: then each must stand in
 * the log once, as a success of attempt 1, however often it was sent.
 *
 * @param accepted decimal ids of events
 * @returns how many events were delivered, and how many requests were repeats
 */
export async function expectNothingLost(
  database: Database,
  accepted: readonly string[],
  receiver: MoodyReceiver,
  timeoutMs = 30_000,
): Promise<{ events: number; repeats: number }> {
  await eventually(
    'nothing is pending',
    async () => (await countPending(database)) === 0,
    timeoutMs,
  );
  const received = new Set(receiver.seen.map(({ eventId }) => eventNumber(eventId)));
  const stored = await storedEvents(database);
  const known = new Set(stored);
  const log = await wholeLog(database);
  expect(accepted.filter((id) => !known.has(id))).toEqual([]);
  expect(stored.filter((id) => !received.has(id))).toEqual([]);
  expect([...received].filter((id) => !known.has(id))).toEqual([]);
  expect(log.map((row) => row.event_id).toSorted()).toEqual(stored.toSorted());
  expect(log.filter((row) => row.status !== 1 || row.attempt_count !== 1)).toEqual([]);
  expect(await countRows(database, 'queue')).toBe(0);
  return { events: stored.length, repeats: receiver.seen.length - received.size };
}
