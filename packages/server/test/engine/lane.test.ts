import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import type { Job } from '../../src/engine/job.ts';
import { Lane } from '../../src/engine/lane.ts';

const job = {} as Job;

/** What an attempt took, in milliseconds. */
const QUICKLY = 1;
const SLOWLY = 20;

function laneWith(waiting: number): Lane {
  const lane = new Lane('1', 1);
  for (let n = 0; n < waiting; n += 1) lane.waiting.push(job);
  return lane;
}

/** How many requests it would have under way at once. */
function breadth(lane: Lane, allSending = 0): number {
  lane.sending = 0;
  while (lane.maySend(allSending)) lane.sending += 1;
  return lane.sending;
}

describe('requests under way to one webhook', () => {
  test('begin few, grow by one with each success up to the bound', () => {
    const lane = laneWith(1);
    expect(breadth(lane)).toBe(BOUNDS.laneStart);
    lane.succeeded(SLOWLY);
    expect(breadth(lane)).toBe(BOUNDS.laneStart + 1);
    for (let n = 0; n < 1_000; n += 1) lane.succeeded(SLOWLY);
    expect(breadth(lane)).toBe(BOUNDS.laneMax);
  });

  test('stay where a quick receiver is served as well, and come back to it', () => {
    const lane = laneWith(1);
    for (let n = 0; n < 1_000; n += 1) lane.succeeded(QUICKLY);
    expect(breadth(lane)).toBe(BOUNDS.laneKeepsUp);
    for (let n = 0; n < 1_000; n += 1) lane.succeeded(SLOWLY);
    for (let n = 0; n < 1_000; n += 1) lane.succeeded(QUICKLY);
    expect(breadth(lane)).toBe(BOUNDS.laneKeepsUp);
  });

  test('halve when the receiver struggles, never below one', () => {
    const lane = laneWith(1);
    lane.struggled();
    expect(breadth(lane)).toBe(BOUNDS.laneStart / 2);
    for (let n = 0; n < 100; n += 1) lane.struggled();
    expect(breadth(lane)).toBe(1);
    lane.succeeded(SLOWLY);
    expect(breadth(lane)).toBe(2);
  });

  test('are none when nothing waits', () => {
    expect(breadth(laneWith(0))).toBe(0);
  });

  test('are few when half of what a node may have is in use, one near the end', () => {
    const lane = laneWith(1);
    for (let n = 0; n < 200; n += 1) lane.succeeded(SLOWLY);
    expect(breadth(lane, BOUNDS.sending / 4 - 1)).toBe(BOUNDS.laneMax);
    expect(breadth(lane, BOUNDS.sending / 4)).toBe(8);
    expect(breadth(lane, BOUNDS.sending / 2)).toBe(4);
    expect(breadth(lane, (BOUNDS.sending * 3) / 4)).toBe(1);
  });

  test('stay within the bounds whatever the receiver does', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(30)), { maxLength: 500 }), (answers) => {
        const lane = laneWith(1);
        for (const durationMs of answers) {
          if (durationMs === null) lane.struggled();
          else lane.succeeded(durationMs);
          expect(breadth(lane)).toBeGreaterThanOrEqual(1);
          expect(breadth(lane)).toBeLessThanOrEqual(BOUNDS.laneMax);
        }
      }),
    );
  });
});

test('a webhook has enough in memory when its window is full, or when the queue holds older ones', () => {
  const lane = laneWith(10);
  expect(lane.isSaturated(11)).toBe(false);
  expect(lane.isSaturated(10)).toBe(true);
  expect(lane.isHalfFull(21)).toBe(false);
  expect(lane.isHalfFull(20)).toBe(true);
  lane.hasBacklog = true;
  expect(lane.isSaturated(1_000)).toBe(true);
});
