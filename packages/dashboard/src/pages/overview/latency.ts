import type { Stats } from '@sydx/contract';

const BUCKET_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

export interface LatencyPoint {
  /** ISO 8601. */
  readonly start: string;
  /** Milliseconds; null where no response came. */
  readonly p50: number | null;
  readonly p95: number | null;
}

/** One point after the other at the same distance: the server leaves out empty buckets. */
export function latencyPoints({
  data,
  bucket,
  from,
  to,
}: Pick<Stats, 'data' | 'bucket' | 'from' | 'to'>): LatencyPoint[] {
  const lengthMs = BUCKET_MS[bucket];
  const known = new Map(data.map(({ start, latencyMs }) => [Date.parse(start), latencyMs]));
  const points: LatencyPoint[] = [];
  const firstMs = Math.floor(Date.parse(from) / lengthMs) * lengthMs;
  for (let startMs = firstMs; startMs < Date.parse(to); startMs += lengthMs) {
    const latency = known.get(startMs);
    points.push({
      start: new Date(startMs).toISOString(),
      p50: latency?.p50 ?? null,
      p95: latency?.p95 ?? null,
    });
  }
  return points;
}
