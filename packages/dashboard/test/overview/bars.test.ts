import { expect, test } from 'vitest';
import { barsOf } from '../../src/pages/overview/bars.ts';
import { latencyPoints } from '../../src/pages/overview/latency.ts';

const figures = { cancelled: 0, successRate: 1, latencyMs: { p50: 5, p95: 9, p99: 9 } };

test('hours without a delivery have their place too, and nothing is lost', () => {
  const bars = barsOf(
    {
      to: '2026-03-25T08:22:50.000Z',
      data: [
        { start: '2026-03-24T08:00:00.000Z', success: 1, failed: 0, ...figures },
        { start: '2026-03-25T08:00:00.000Z', success: 2, failed: 3, ...figures },
      ],
    },
    '24h',
  );
  expect(bars).toHaveLength(24);
  expect(bars.at(-1)).toMatchObject({ from: '2026-03-25T08:00:00.000Z', success: 2, failed: 3 });
  expect(bars[0]).toMatchObject({ from: '2026-03-24T09:00:00.000Z', success: 1 });
});

test('moments without a response are gaps of the latency', () => {
  const points = latencyPoints({
    from: '2026-03-25T06:10:00.000Z',
    to: '2026-03-25T08:10:00.000Z',
    bucket: 'hour',
    data: [{ start: '2026-03-25T07:00:00.000Z', success: 1, failed: 0, ...figures }],
  });
  expect(points.map(({ p95 }) => p95)).toEqual([null, 9, null]);
});
