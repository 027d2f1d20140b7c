import { throwDice } from '@sydx/server/test/kit/dice.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../src/account/evidence.ts';
import { account, type Verdict } from '../src/account/verdict.ts';
import { run } from '../src/run.ts';
import { findingLines, verdictTable } from '../src/table.ts';
import type { World } from '../src/world/world.ts';

const MINUTE = 60_000;

describe.skipIf(process.platform !== 'linux')('A short run of chaos', () => {
  const { seed } = throwDice();
  const story: string[] = [];
  let world: World | undefined;
  let evidence: Evidence;
  let verdict: Verdict;

  beforeAll(async () => {
    console.log(`chaos: SEED=${seed}`);
    evidence = await run({
      seed,
      lengthMs: 75_000,
      roles: ['api', 'worker', 'all'],
      eventsPerSecond: 20,
      retryScheduleSeconds: [1, 2, 4],
      // A test must not depend on how busy the machine is; `npm run chaos` holds nodes to 7 s.
      stopLimitMs: 30_000,
      tell: (sentence) => story.push(sentence),
      onWorld: (made) => {
        world = made;
      },
    });
    verdict = account(evidence);
    if (findingLines(verdict).length > 0) console.log(story.join('\n'), verdictTable(verdict));
  }, 8 * MINUTE);

  afterAll(async () => {
    await world?.close();
    const isWell = verdict !== undefined && findingLines(verdict).length === 0;
    await (isWell ? world?.remove() : world?.keep());
  }, MINUTE);

  it('after 202, kill -9 of any process at any moment loses no event', () => {
    expect(findingLines(verdict)).toEqual([]);
    expect(verdict.events.accepted).toBeGreaterThan(100);
    expect(verdict.deliveries.received).toBeGreaterThan(300);
  });

  it('broke many things meanwhile, and others took over', () => {
    expect(verdict.faults.sum).toBeGreaterThan(10);
    expect(verdict.longestRecovery).not.toBeNull();
    expect(verdictTable(verdict)).toContain('| UNEXPLAINED ');
  });

  describe('would have told', () => {
    it('when an accepted event were not stored', () => {
      const { stored } = evidence;
      const accepted = evidence.published.find(({ tries }) => tries.at(-1)?.result === 'accepted');
      const id = accepted?.tries.at(-1)?.eventId ?? '';
      const events = stored.events.filter((event) => event.id !== id);
      expectTold({ stored: { ...stored, events } }, `LOST: ${id} (number ${accepted?.number})`);
    });

    it('when a receiver had not got what the log says it took', () => {
      const kept = taken();
      const sightings = evidence.sightings.filter(
        ({ eventId, receiver }) => eventId !== kept.eventId || receiver !== kept.receiver,
      );
      expectTold({ sightings }, `LOST: ${kept.eventId} did not reach ${kept.receiver}`);
    });

    it('when a delivery were gone from the log', () => {
      const { stored } = evidence;
      const { deliveryId } = taken();
      const deliveries = stored.deliveries.filter(({ id }) => id !== deliveryId);
      expectTold(
        { stored: { ...stored, deliveries } },
        `${deliveryId} was seen 1 times and is not`,
      );
    });

    it('when a node had sent twice with nothing wrong', () => {
      const again = { ...taken(), request: 10_000_000 };
      const calm = { happened: evidence.happened.filter(({ on }) => on === 'admin') };
      const sightings = [...evidence.sightings, again];
      expectTold({ ...calm, sightings }, `${again.deliveryId} was sent once more under attempt 1`);
    });

    it('when a retry had come earlier than the schedule says', () => {
      const first = taken();
      const early = { ...first, request: 10_000_000, attempt: 2, at: first.at + 990 };
      expectTold(
        { sightings: [...evidence.sightings, early] },
        `${first.deliveryId} was retried 990 ms after attempt 1`,
      );
    });

    it('when a signature were of no secret of its webhook', () => {
      const forged = { ...taken(), secret: null };
      const sightings = evidence.sightings.map((one) =>
        one.request === forged.request ? forged : one,
      );
      const subscribers = evidence.subscribers.map((one) => ({ ...one, rotations: [] }));
      expectTold({ sightings, subscribers }, 'is signed with no secret of its webhook');
    });
  });

  /** A request of a delivery that was seen once and succeeded. */
  function taken() {
    const counts = new Map<string, number>();
    for (const { deliveryId } of evidence.sightings) {
      counts.set(deliveryId, (counts.get(deliveryId) ?? 0) + 1);
    }
    const one = evidence.sightings.find(
      ({ answered, deliveryId, eventId }) =>
        answered === 200 &&
        counts.get(deliveryId) === 1 &&
        evidence.stored.deliveries.every(
          (delivery) => delivery.eventId !== eventId || delivery.status === 'success',
        ),
    );
    if (one === undefined) throw new Error('Nothing was taken at the first attempt.');
    return one;
  }

  function expectTold(changed: Partial<Evidence>, words: string): void {
    const { losses, unexplained } = account({ ...evidence, ...changed });
    const told = [...losses.map((line) => `LOST: ${line}`), ...unexplained].join('\n');
    expect(told).toContain(words);
  }
});
