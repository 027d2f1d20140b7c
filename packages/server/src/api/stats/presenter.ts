import type { Stats } from '@sydx/contract';
import type { Figures, StatsRow } from '../../store/stats.ts';

type ShownFigures = Stats['total'];

const NOTHING: Figures = { success: 0, failed: 0, cancelled: 0, latency_ms: null };

/** @param rows buckets in order, and the row without a start that sums them up */
export function presentStats(
  span: { fromMs: number; toMs: number; bucket: Stats['bucket'] },
  pending: number,
  rows: readonly StatsRow[],
): Stats {
  const data: Stats['data'] = [];
  for (const row of rows) {
    if (row.start_ms === null) continue;
    data.push({ start: new Date(row.start_ms).toISOString(), ...presentFigures(row) });
  }
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    bucket: span.bucket,
    pending,
    total: presentFigures(rows.find(({ start_ms }) => start_ms === null) ?? NOTHING),
    data,
  };
}

function presentFigures({ success, failed, cancelled, latency_ms }: Figures): ShownFigures {
  const finished = success + failed;
  return {
    success,
    failed,
    cancelled,
    successRate: finished === 0 ? null : success / finished,
    latencyMs:
      latency_ms === null ? null : { p50: latency_ms[0], p95: latency_ms[1], p99: latency_ms[2] },
  };
}
