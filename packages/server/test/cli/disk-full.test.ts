import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { eventually } from '../kit/engine.ts';
import { startMoodyReceiver } from '../kit/moody-receiver.ts';
import { clearOwnPostgres, OwnPostgres } from '../kit/own-postgres.ts';
import { eventNumber } from '../kit/places.ts';
import { expectNothingLost } from '../kit/reconcile.ts';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../kit/small-disk.ts';
import { Fleet } from './fleet.ts';

const MEGABYTES = 512;

let disk: SmallDisk | null = null;

afterAll(async () => {
  await clearOwnPostgres();
  await disk?.remove();
});

describe.skipIf(noSmallDisk !== '')(`a disk that is full${noSmallDisk}`, () => {
  test('503 and no 202; it recovers when there is room, and nothing that got a 202 is lost', async () => {
    disk = await mountSmallDisk(MEGABYTES);
    const settings = { max_wal_size: '48MB', min_wal_size: '32MB', shared_buffers: '16MB' };
    const postgres = await OwnPostgres.start({ dir: disk.dir, settings });
    const direct = openDatabase(postgres.url, () => undefined);
    const fleet = await Fleet.make(postgres.url);
    const receiver = await startMoodyReceiver();
    const node = await fleet.add();
    await fleet.makeWebhook(receiver.origin);
    fleet.startPublishing(6);
    await fleet.accepts(100);

    await disk.fill();
    let seen = { accepted: 0, refused: 0 };
    await eventually(
      'requests are refused, and none is accepted any more',
      async () => {
        const before = seen;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        seen = { accepted: fleet.accepted.length, refused: fleet.refusals.length };
        return seen.refused > before.refused && seen.accepted === before.accepted;
      },
      60_000,
    );
    const told = new Set(fleet.refusals.map(({ status, code }) => `${status} ${code}`));
    expect([...told]).toEqual(['503 database_unavailable']);

    await disk.free();
    // Where the write-ahead log had no room PostgreSQL ended itself, and whoever runs it starts it again.
    let starts = 0;
    await eventually(
      'it accepts again',
      async () => {
        if (!postgres.isRunning) {
          starts += 1;
          await postgres.start();
        }
        return fleet.accepted.length > seen.accepted + 100;
      },
      60_000,
    );
    await eventually('it is ready', () => fleet.isReady(node));
    await fleet.stopPublishing();
    const accepted = fleet.accepted.map(eventNumber);
    const { events, repeats } = await expectNothingLost(direct, accepted, receiver, 60_000);
    console.info(
      `${seen.refused} refused, ${events} events, ${repeats} repeats, PostgreSQL started ${starts} times`,
    );
    await fleet.clear();
    await direct.close();
    await receiver.close();
    await postgres.clear();
  }, 150_000);
});
