import { expect, test } from 'vitest';
import { restartDelayMs } from '../../src/embedded/supervisor.ts';

test('restarts wait longer each time, 10 s at most, and end after ten in a row', () => {
  const delays = Array.from({ length: 11 }, (_, index) => restartDelayMs(index + 1));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000, null]);
});
