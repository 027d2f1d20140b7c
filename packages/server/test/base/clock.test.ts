import { describe, expect, test } from 'vitest';
import { DatabaseClock } from '../../src/base/clock.ts';

/** Milliseconds by which PostgreSQL's clock is ahead of the monotonic one. */
const AHEAD = 1_700_000_000_000;

/** A reading that PostgreSQL took at `atMs`, on its way from `askedMs` to `answeredMs`. */
function read(clock: DatabaseClock, askedMs: number, atMs: number, answeredMs: number): void {
  clock.set(AHEAD + atMs, askedMs, answeredMs);
}

/** How far the clock is off, in milliseconds and what passes between two looks. */
function errorMs(clock: DatabaseClock): number {
  return clock.now() - clock.monotonic() - AHEAD;
}

describe("PostgreSQL's clock", () => {
  test('is followed from one reading to the next', () => {
    const clock = new DatabaseClock(AHEAD);
    const now = performance.now();
    read(clock, now, now + 1, now + 2);
    expect(errorMs(clock)).toBeCloseTo(0, -1);
  });

  test('a reading that waited for seconds does not spoil a good one', () => {
    const clock = new DatabaseClock(AHEAD);
    const now = performance.now();
    read(clock, now, now + 1, now + 2);
    // Asked while PostgreSQL was away, and taken at the very end of four seconds.
    read(clock, now + 1_000, now + 4_999, now + 5_000);
    expect(errorMs(clock)).toBeCloseTo(0, -1);
  });

  test('that was set is followed at once, ahead and back', () => {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      const clock = new DatabaseClock(AHEAD);
      const now = performance.now();
      read(clock, now, now + 1, now + 2);
      read(clock, now + 1_000, now + 2_500 + jumpMs, now + 4_000);
      expect(errorMs(clock)).toBeCloseTo(jumpMs, -1);
    }
  });
});
