import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelayMs } from '../../src/retry/schedule.ts';

const SCHEDULE = [5, 30, 120];

describe('after a failed attempt', () => {
  it('retries come 5 s, 30 s and 2 min after it, then the delivery is failed', () => {
    const delays = [1, 2, 3, 4].map((failed) => nextDelayMs(failed, SCHEDULE, null));
    expect(delays).toEqual([5_000, 30_000, 120_000, null]);
  });

  it('the later of Retry-After and the schedule is taken', () => {
    expect(nextDelayMs(1, SCHEDULE, 20_000)).toBe(20_000);
    expect(nextDelayMs(2, SCHEDULE, 20_000)).toBe(30_000);
  });

  it('Retry-After grants no retry that the schedule does not have', () => {
    expect(nextDelayMs(4, SCHEDULE, 20_000)).toBeNull();
    expect(nextDelayMs(1, [], 20_000)).toBeNull();
  });

  it('there are as many retries as the schedule has entries, each never early', () => {
    const schedules = fc.array(fc.integer({ min: 0, max: 86_400 }), { maxLength: 10 });
    const wish = fc.option(fc.integer({ min: 0, max: 600_000 }));
    fc.assert(
      fc.property(schedules, wish, (schedule, retryAfterMs) => {
        let failed = 1;
        for (; ; failed += 1) {
          const delayMs = nextDelayMs(failed, schedule, retryAfterMs);
          if (delayMs === null) break;
          expect(delayMs).toBeGreaterThanOrEqual((schedule[failed - 1] ?? Infinity) * 1000);
          expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
        }
        expect(failed).toBe(schedule.length + 1);
      }),
    );
  });
});
